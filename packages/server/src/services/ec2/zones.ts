/** Regions and their Availability Zones. */

/** The regions that are on in every account. */
export const regionNames: readonly string[] = [
  'ap-south-1',
  'eu-north-1',
  'eu-west-3',
  'eu-west-2',
  'eu-west-1',
  'ap-northeast-3',
  'ap-northeast-2',
  'ap-northeast-1',
  'ca-central-1',
  'sa-east-1',
  'ap-southeast-1',
  'ap-southeast-2',
  'eu-central-1',
  'us-east-1',
  'us-east-2',
  'us-west-1',
  'us-west-2',
];

/** Zone letters where a region has others than a, b and c. */
const letters: ReadonlyMap<string, string> = new Map([
  ['us-east-1', 'abcdef'],
  ['us-west-1', 'ac'],
  ['us-west-2', 'abcd'],
  ['ap-northeast-1', 'acd'],
  ['ap-northeast-2', 'abcd'],
  ['ca-central-1', 'abd'],
]);

/** A zone by name (`us-east-1a`) and id (`use1-az1`). */
export interface Zone {
  readonly name: string;
  readonly id: string;
}

/** The zones of a region. Which id belongs to which letter differs between accounts on AWS. */
export function zonesOf(region: string): readonly Zone[] {
  const short = shortName(region);
  return [...(letters.get(region) ?? 'abc')].map((letter, index) => ({
    name: `${region}${letter}`,
    id: `${short}-az${index + 1}`,
  }));
}

/** `ap-northeast-1` → `apne1`. */
function shortName(region: string): string {
  return region
    .split('-')
    .map((part, index) => {
      if (index === 0) return part;
      const compass = /^(north|south|central|gov|iso[a-z]?)?(east|west)?$/.exec(part);
      if (compass === null) return part;
      return (compass[1]?.slice(0, 1) ?? '') + (compass[2]?.slice(0, 1) ?? '');
    })
    .join('');
}

/** The zone of that name in the region. */
export function zoneNamed(region: string, name: string): Zone | undefined {
  return zonesOf(region).find((zone) => zone.name === name);
}
