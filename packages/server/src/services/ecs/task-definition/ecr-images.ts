/** Which images of a task definition lie in a private registry of Amazon ECR. */
import { readEcrImage } from '../../ecr/image-name.ts';
import type { DemandContext } from '../../service.ts';

/** AWS's host names, and this server's own address, under which its registry is reached. */
export function ecrImageReader(
  context: Pick<DemandContext, 'account' | 'region' | 'runtime'>,
): (image: string) => boolean {
  const { account, region, runtime } = context;
  const endpoint = runtime.endpoint();
  return (image) => readEcrImage(image, endpoint, { account, region }) !== undefined;
}
