/** An image small enough to be pushed by API calls: an OCI layout, as in examples/000/image. */

/** Its layer: an archive without files. */
export const layer = '5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef';
const layerBytes = '\0'.repeat(1024);

/** Its configuration. */
export const configuration = 'c1964e9589fb1e57623b616ba03a042bdb4633b7b58842607ac34e3382531718';
const configurationText = `{
  "architecture": "amd64",
  "os": "linux",
  "config": {
    "Cmd": [
      "flask",
      "run",
      "--host",
      "0.0.0.0"
    ],
    "WorkingDir": "/app"
  },
  "rootfs": {
    "type": "layers",
    "diff_ids": [
      "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"
    ]
  }
}
`;

/** Its manifest. */
export const manifest = '36a90d88c0b6a89d35096c63a957880f3bc952d886bb77068b616bad8046c5d8';
const manifestText = `{
  "schemaVersion": 2,
  "mediaType": "application/vnd.oci.image.manifest.v1+json",
  "config": {
    "mediaType": "application/vnd.oci.image.config.v1+json",
    "digest": "sha256:c1964e9589fb1e57623b616ba03a042bdb4633b7b58842607ac34e3382531718",
    "size": 316
  },
  "layers": [
    {
      "mediaType": "application/vnd.oci.image.layer.v1.tar",
      "digest": "sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
      "size": 1024
    }
  ]
}
`;

const indexText = `{
  "schemaVersion": 2,
  "manifests": [
    {
      "mediaType": "application/vnd.oci.image.manifest.v1+json",
      "digest": "sha256:36a90d88c0b6a89d35096c63a957880f3bc952d886bb77068b616bad8046c5d8",
      "size": 473,
      "annotations": {
        "org.opencontainers.image.ref.name": "latest"
      }
    }
  ]
}
`;

/** Where a blob lies in the layout. */
export const blob = (digest: string): string => `image/blobs/sha256/${digest}`;

/** The files of the layout. */
export const imageFiles: ReadonlyMap<string, string> = new Map([
  ['image/oci-layout', '{"imageLayoutVersion":"1.0.0"}\n'],
  ['image/index.json', indexText],
  [blob(manifest), manifestText],
  [blob(configuration), configurationText],
  [blob(layer), layerBytes],
]);
