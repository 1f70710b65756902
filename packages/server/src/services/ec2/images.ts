/**
 * Amazon Machine Images. An image is metadata here: nothing boots it, so every well-formed id is
 * taken for one of Amazon's public Linux images, as the ids of real accounts must work unchanged.
 */
import { idOfDefault } from './ids.ts';

/** What is known of an image. */
export interface Image {
  readonly id: string;
  readonly name: string;
  readonly description: string;
  readonly architecture: 'x86_64' | 'arm64';
  /** The account that publishes it, and its alias. */
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly platformDetails: string;
  readonly rootDeviceName: string;
  readonly rootVolumeGib: number;
  readonly rootVolumeType: string;
  readonly snapshotId: string;
  readonly createdAt: string;
}

const amazon = '137112412989';
const canonical = '099720109477';

interface Family {
  readonly name: (architecture: string) => string;
  readonly description: string;
  readonly ownerId: string;
  readonly ownerAlias?: string;
  readonly rootDeviceName: string;
  readonly createdAt: string;
}

/** The families that `data "aws_ami"` and the console's list ask for most. */
const families: readonly Family[] = [
  {
    name: (architecture) => `al2023-ami-2023.9.20250929.0-kernel-6.1-${architecture}`,
    description: 'Amazon Linux 2023 AMI 2023.9.20250929.0 HVM kernel-6.1',
    ownerId: amazon,
    ownerAlias: 'amazon',
    rootDeviceName: '/dev/xvda',
    createdAt: '2025-09-29T17:52:40.000Z',
  },
  {
    name: (architecture) => `amzn2-ami-hvm-2.0.20250929.0-${architecture}-gp2`,
    description: 'Amazon Linux 2 AMI 2.0.20250929.0 HVM gp2',
    ownerId: amazon,
    ownerAlias: 'amazon',
    rootDeviceName: '/dev/xvda',
    createdAt: '2025-09-29T21:14:05.000Z',
  },
  {
    name: (architecture) =>
      `ubuntu/images/hvm-ssd-gp3/ubuntu-noble-24.04-${architecture === 'x86_64' ? 'amd64' : architecture}-server-20250821`,
    description: 'Canonical, Ubuntu, 24.04, noble image',
    ownerId: canonical,
    rootDeviceName: '/dev/sda1',
    createdAt: '2025-08-21T06:41:32.000Z',
  },
];

/** The images that a region lists. Their ids are derived: the real ones change every week. */
export function listedImages(region: string): readonly Image[] {
  return families.flatMap((family) =>
    (['x86_64', 'arm64'] as const).map((architecture) => {
      const name = family.name(architecture);
      return {
        ...family,
        id: idOfDefault('ami', region, name),
        name,
        architecture,
        platformDetails: 'Linux/UNIX',
        rootVolumeGib: 8,
        rootVolumeType: name.includes('gp2') ? 'gp2' : 'gp3',
        snapshotId: idOfDefault('snap', region, name),
      };
    }),
  );
}

/** The image with that id: a listed one, else a Linux image of Amazon's with that id. */
export function imageWithId(region: string, id: string): Image {
  const listed = listedImages(region).find((image) => image.id === id);
  if (listed !== undefined) return listed;
  return {
    id,
    name: `amzn2-ami-hvm-2.0.20250929.0-x86_64-gp2-${id}`,
    description: 'Amazon Linux 2 AMI',
    architecture: 'x86_64',
    ownerId: amazon,
    ownerAlias: 'amazon',
    platformDetails: 'Linux/UNIX',
    rootDeviceName: '/dev/xvda',
    rootVolumeGib: 8,
    rootVolumeType: 'gp2',
    snapshotId: idOfDefault('snap', region, id),
    createdAt: '2025-09-29T21:14:05.000Z',
  };
}
