/** The settings of a registry: one record, made when something is first put. */
import type { Change } from '../../store/store.ts';
import type { RegistrySettings } from './entities.ts';
import type { RegistryStore } from './registry-store.ts';

const name = 'settings';

/** The settings; empty where nothing was put. */
export function registrySettings({ settings }: RegistryStore): RegistrySettings {
  return settings.find(name)?.record ?? {};
}

/** The change that makes the settings these. */
export function settingsChange({ settings }: RegistryStore, record: RegistrySettings): Change {
  const held = settings.find(name);
  return held === undefined ? settings.create(name, record) : settings.replace(held, record);
}
