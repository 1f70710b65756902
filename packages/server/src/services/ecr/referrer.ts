/** What is told of an image that refers to another one. */
import type { ImageRecord } from './entities.ts';
import { readManifest } from './manifest.ts';
import type { FoundRepository } from './registry-store.ts';

/** A descriptor of an image. */
export interface Referrer {
  readonly digest: string;
  readonly mediaType: string;
  readonly artifactType: string | undefined;
  readonly size: number;
  readonly annotations: ReadonlyMap<string, string>;
}

/** The annotations come from its manifest. */
export async function readReferrer(
  { record, store }: FoundRepository,
  image: ImageRecord,
): Promise<Referrer> {
  const { digest, mediaType, artifactType, manifestBytes: size, isAnnotated } = image;
  const manifest = isAnnotated ? await store.manifest(record, digest) : undefined;
  const annotations =
    manifest === undefined ? [] : readManifest(Buffer.from(manifest), mediaType).annotations;
  return { digest, mediaType, artifactType, size, annotations: new Map(annotations) };
}
