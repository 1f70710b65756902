/** Makes an image as an OCI layout on disk, layer by layer, with nothing but this file. */
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of a layer. */
export interface LayerFile {
  readonly name: string;
  readonly content: string | Buffer;
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** A tar archive (ustar) of the files. */
export function tarOf(files: readonly LayerFile[]): Buffer {
  const blocks: Buffer[] = [];
  for (const { name, content } of files) {
    const bytes = Buffer.from(content as string);
    blocks.push(headerOf(name, bytes.length), bytes);
    const rest = bytes.length % 512;
    if (rest > 0) blocks.push(Buffer.alloc(512 - rest));
  }
  return Buffer.concat([...blocks, Buffer.alloc(1024)]);
}

function headerOf(name: string, size: number): Buffer {
  const header = Buffer.alloc(512);
  const octal = (value: number, width: number): string => value.toString(8).padStart(width, '0');
  header.write(name, 0);
  header.write(`${octal(0o644, 7)}\0${octal(0, 7)}\0${octal(0, 7)}\0`, 100);
  header.write(`${octal(size, 11)}\0${octal(0, 11)}\0        0`, 124);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${octal(sum, 6)}\0 `, 148);
  return header;
}

/** An image written to a folder as an OCI layout. */
export interface OciImage {
  readonly folder: string;
  /** Of the manifest. */
  readonly digest: string;
  readonly layers: readonly string[];
}

/** Writes an image with a gzipped layer for each list of files. */
export function writeImage(folder: string, layers: readonly (readonly LayerFile[])[]): OciImage {
  const blobs = join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  const put = (bytes: Buffer): { readonly digest: string; readonly size: number } => {
    const hexadecimal = sha256(bytes);
    writeFileSync(join(blobs, hexadecimal), bytes);
    return { digest: `sha256:${hexadecimal}`, size: bytes.length };
  };
  const tars = layers.map(tarOf);
  const mediaType = 'application/vnd.oci.image.layer.v1.tar+gzip';
  const written = tars.map((tar) => ({ mediaType, ...put(gzipSync(tar)) }));
  const configuration = {
    architecture: 'amd64',
    os: 'linux',
    config: { Cmd: ['/bin/true'] },
    rootfs: { type: 'layers', diff_ids: tars.map((tar) => `sha256:${sha256(tar)}`) },
  };
  const manifestType = 'application/vnd.oci.image.manifest.v1+json';
  const manifest = put(
    Buffer.from(
      JSON.stringify({
        schemaVersion: 2,
        mediaType: manifestType,
        config: {
          mediaType: 'application/vnd.oci.image.config.v1+json',
          ...put(Buffer.from(JSON.stringify(configuration))),
        },
        layers: written,
      }),
    ),
  );
  const annotations = { 'org.opencontainers.image.ref.name': 'latest' };
  const index = {
    schemaVersion: 2,
    manifests: [{ mediaType: manifestType, ...manifest, annotations }],
  };
  writeFileSync(join(folder, 'index.json'), JSON.stringify(index));
  writeFileSync(join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  return { folder, digest: manifest.digest, layers: written.map(({ digest }) => digest) };
}
