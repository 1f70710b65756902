/** Which of S3's actions are asked about buckets and which about objects, from AWS's reference. */
import { loadActions } from '@sekisho/catalog';

/** Levels of an action (`s3:GetObject`): the bucket, what lies below it; none for no action. */
export async function loadActionLevels(): Promise<
  (action: string) => readonly ('resource' | 'below')[]
> {
  const actions = await loadActions('s3');
  return (action) => {
    const known = actions.action(action.slice(action.indexOf(':') + 1));
    const types = known?.resourceTypes.map(({ name }) => name) ?? [];
    return [
      ...(types.includes('bucket') ? (['resource'] as const) : []),
      ...(types.includes('object') ? (['below'] as const) : []),
    ];
  };
}
