/** The task sizes of Fargate. https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html */

/** MiB for each number of CPU units: from, to, step. */
const sizes: ReadonlyMap<number, readonly [from: number, to: number, step: number]> = new Map([
  [512, [1024, 4096, 1024]],
  [1024, [2048, 8192, 1024]],
  [2048, [4096, 16_384, 1024]],
  [4096, [8192, 30_720, 1024]],
  [8192, [16_384, 61_440, 4096]],
  [16_384, [32_768, 122_880, 8192]],
]);

const smallest = [512, 1024, 2048];

/** Whether Fargate runs tasks of that many CPU units and MiB. */
export function isFargateSize(cpu: number, memory: number): boolean {
  if (cpu === 256) return smallest.includes(memory);
  const [from, to, step] = sizes.get(cpu) ?? [];
  if (from === undefined || to === undefined || step === undefined) return false;
  return memory >= from && memory <= to && (memory - from) % step === 0;
}
