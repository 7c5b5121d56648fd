import type { SpawnRequest } from '../../../../src/platform/helper/index.js';

/** A request that runs a shell script with the usual folders on `PATH`. */
export function shell(script: string, request: Partial<SpawnRequest> = {}): SpawnRequest {
  return { path: '/bin/sh', argv: ['sh', '-c', script], env: { PATH: '/usr/bin:/bin' }, ...request };
}
