/**
 * Image manifests: Docker's version 2 schema 2, its lists, OCI manifests and OCI indexes.
 * https://github.com/opencontainers/image-spec/blob/main/manifest.md
 */
import { parseJson } from '@sekisho/policy';
import type { ServiceError } from '../../protocol/service-error.ts';
import { invalidParameter, unsupportedImageType } from './errors.ts';
import { manifestBytesMax } from './limits.ts';

/** What a manifest says, as far as a registry looks at it. */
export interface Manifest {
  /** Byte for byte. */
  readonly text: string;
  readonly mediaType: string;
  /** Its own `artifactType`, else the media type of its configuration. */
  readonly artifactType?: string;
  /** Digests of the configuration and layers that the repository must have. */
  readonly layers: readonly string[];
  /** Digests of the manifests that it lists. */
  readonly manifests: readonly string[];
  /** Digest of the manifest that it refers to, which need not exist. */
  readonly subject?: string;
  readonly annotations: readonly (readonly [name: string, value: string])[];
}

type Kind = 'image' | 'list';

const kinds: ReadonlyMap<string, Kind> = new Map([
  ['application/vnd.docker.distribution.manifest.v2+json', 'image'],
  ['application/vnd.docker.distribution.manifest.list.v2+json', 'list'],
  ['application/vnd.oci.image.manifest.v1+json', 'image'],
  ['application/vnd.oci.image.index.v1+json', 'list'],
]);

/** The media types that can be pushed. */
export const manifestMediaTypes: readonly string[] = [...kinds.keys()];

/** Layers that are fetched from elsewhere: no registry holds them. */
const foreignLayer =
  /^application\/vnd\.(?:docker\.image\.rootfs\.foreign\.|oci\.image\.layer\.nondistributable\.)/;

const digestForm = /^sha256:[0-9a-f]{64}$/;

/** Whether a text is a digest as this registry makes them. */
export function isDigest(text: string): boolean {
  return digestForm.test(text);
}

/**
 * Reads a manifest. `declared` is the media type that the client named beside it. Throws
 * InvalidParameterException, UnsupportedImageTypeException.
 */
export function readManifest(bytes: Uint8Array, declared: string | undefined): Manifest {
  if (bytes.length > manifestBytesMax) {
    throw invalid(`Member must have length less than or equal to ${manifestBytesMax}`);
  }
  const { text, value } = readJson(bytes);
  if (value['schemaVersion'] !== 2) {
    throw unsupportedImageType('Only manifests of schema version 2 are supported.');
  }
  const mediaType = mediaTypeOf(value, declared);
  const kind = kinds.get(mediaType);
  if (kind === undefined) {
    throw unsupportedImageType(`The manifest media type '${mediaType}' is not supported.`);
  }
  const isList = kind === 'list';
  if ((isList ? 'layers' : 'manifests') in value) throw invalid('Invalid manifest: mixed kinds');
  const config = isList ? undefined : descriptor(value['config'], 'config');
  const layers = isList ? [] : descriptors(value['layers'], 'layers');
  const manifests = isList ? descriptors(value['manifests'], 'manifests') : [];
  const artifactType = typeOf(value['artifactType']) ?? typeOf(config?.mediaType);
  const subject = value['subject'];
  const held = layers.filter((each) => !foreignLayer.test(each.mediaType));
  return {
    text,
    mediaType,
    ...(artifactType === undefined ? {} : { artifactType }),
    layers: distinct([...(config === undefined ? [] : [config]), ...held]),
    manifests: distinct(manifests),
    ...(subject === undefined ? {} : { subject: descriptor(subject, 'subject').digest }),
    annotations: annotationsOf(value['annotations']),
  };
}

// Unverified: the texts of what is wrong with a manifest, but for the first.
function invalid(constraint: string): ServiceError {
  return invalidParameter('ImageManifest', constraint);
}

function readJson(bytes: Uint8Array): { readonly text: string; readonly value: JsonRecord } {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw invalid('Invalid JSON syntax');
  }
  // A key given twice would mean one layer to us and another to the client that pulls.
  if ('error' in parseJson(text)) throw invalid('Invalid JSON syntax');
  const value: unknown = JSON.parse(text);
  if (!isRecord(value)) throw invalid('Invalid JSON syntax');
  return { text, value };
}

/** A manifest whose own media type is another than the declared one could be read in two ways. */
function mediaTypeOf(value: JsonRecord, declared: string | undefined): string {
  const own = optionalText(value['mediaType'], 'mediaType');
  if (own !== undefined && declared !== undefined && own !== declared) {
    throw invalid('Manifest media type does not match the media type of the request');
  }
  const mediaType = own ?? declared;
  if (mediaType !== undefined) return mediaType;
  // Unverified: an OCI manifest may leave its media type out; its members tell what it is.
  return `application/vnd.oci.image.${'manifests' in value ? 'index' : 'manifest'}.v1+json`;
}

type JsonRecord = Readonly<Record<string, unknown>>;

function isRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
}

function descriptor(value: unknown, member: string): Descriptor {
  if (!isRecord(value)) throw invalid(`Invalid manifest: ${member}`);
  const { mediaType, digest, size } = value;
  if (typeof mediaType !== 'string' || typeof digest !== 'string' || !isDigest(digest)) {
    throw invalid(`Invalid manifest: ${member}`);
  }
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0) {
    throw invalid(`Invalid manifest: ${member}`);
  }
  return { mediaType, digest };
}

function descriptors(value: unknown, member: string): readonly Descriptor[] {
  if (!Array.isArray(value)) throw invalid(`Invalid manifest: ${member}`);
  return value.map((each: unknown) => descriptor(each, member));
}

function distinct(list: readonly Descriptor[]): readonly string[] {
  return [...new Set(list.map(({ digest }) => digest))];
}

function optionalText(value: unknown, member: string): string | undefined {
  if (value === undefined || typeof value === 'string') return value;
  throw invalid(`Invalid manifest: ${member}`);
}

/** Types are held in memory: RFC 6838 gives their two names 127 characters each. */
function typeOf(value: unknown): string | undefined {
  const type = optionalText(value, 'artifactType');
  if (type !== undefined && type.length > 255) throw invalid('Invalid manifest: artifactType');
  return type;
}

function annotationsOf(value: unknown): Manifest['annotations'] {
  if (value === undefined) return [];
  if (!isRecord(value)) throw invalid('Invalid manifest: annotations');
  return Object.entries(value).map(([name, text]) => {
    if (typeof text !== 'string') throw invalid('Invalid manifest: annotations');
    return [name, text] as const;
  });
}
