import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { LibcniError } from '../errors/libcni-error.js';
import { parseChecked } from './check-json.js';

/** A state has a few hundred bytes plus the annotations of the container. */
const MAX_STATE_BYTES = 1024 * 1024;

/** The state of a container, as passed to a hook by a runtime (OCI runtime specification, runtime.md). */
export interface OciState {
  readonly ociVersion: string;
  /** The container's id. */
  readonly id: string;
  /** `creating`, `created`, `running`, `stopped`, or another status of the runtime. */
  readonly status: string;
  /** The container's process, as the hook sees it; absent once it has ended. */
  readonly pid?: number | undefined;
  /** The absolute path of the bundle. */
  readonly bundle: string;
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

const stateSchema = lazy(
  () =>
    z.looseObject({
      ociVersion: z.string(),
      id: z.string().min(1),
      status: z.string(),
      // After the process has ended, runtimes write 0, -1, null or nothing.
      pid: z
        .int()
        .nullish()
        .transform((pid) => (pid !== null && pid !== undefined && pid > 0 ? pid : undefined)),
      bundle: z.string().startsWith('/', { error: 'must be an absolute path' }),
      // Some runtimes write null if there are none.
      annotations: z
        .record(z.string(), z.string())
        .nullish()
        .transform((texts) => texts ?? undefined),
    }) satisfies z.ZodType<OciState>,
);

/**
 * Parses the state that a runtime wrote to the standard input of a hook.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that names the fault and its place
 */
export function parseOciState(text: string): OciState {
  if (Buffer.byteLength(text) > MAX_STATE_BYTES)
    throw new LibcniError('ERR_CONF_INVALID', `the OCI state is larger than ${MAX_STATE_BYTES} bytes`);
  return parseChecked(stateSchema(), text, { what: 'the OCI state' });
}
