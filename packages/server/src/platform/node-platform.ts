/** The real platform: Node's clock, crypto, file system, sockets and standard streams. */

import { createNodeClock } from './node-clock.ts';
import { createNodeDisk } from './node-disk.ts';
import { createNodeNetwork } from './node-network.ts';
import { createNodeProcess } from './node-process.ts';
import { createNodeRandom } from './node-random.ts';
import type { Platform } from './platform.ts';

/** Everything that the server needs from the outside; files lie below `root`. */
export function createNodePlatform(options: { readonly root: string }): Platform {
  return {
    clock: createNodeClock(),
    random: createNodeRandom(),
    disk: createNodeDisk(options.root),
    network: createNodeNetwork(),
    process: createNodeProcess(),
  };
}
