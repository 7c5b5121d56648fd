import { findHelperBinary } from '../../platform/helper/helper-binary.js';
import { HelperClient } from '../../platform/helper/helper-client.js';
import { HelperExec } from './helper-exec.js';
import { ProcessExec } from './process-exec.js';
import type { Exec } from './types.js';

/** The helper if its binary is installed, else child processes. */
export function createDefaultExec(): Exec {
  return findHelperBinary() === undefined ? new ProcessExec() : new HelperExec();
}

/** The helper for everything but plugin runs: that of the plugins, or of this process; `undefined` if it is missing. */
export function helperOf(exec: Exec): HelperClient | undefined {
  if (exec instanceof HelperExec) return exec.client;
  return findHelperBinary() === undefined ? undefined : HelperClient.shared();
}
