import { findHelperBinary } from '../../platform/helper/helper-binary.js';
import { HelperExec } from './helper-exec.js';
import { ProcessExec } from './process-exec.js';
import type { Exec } from './types.js';

/** The helper where its binary is there, child processes elsewhere. */
export function createDefaultExec(): Exec {
  return findHelperBinary() === undefined ? new ProcessExec() : new HelperExec();
}
