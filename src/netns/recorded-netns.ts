import { abortedError } from '../errors/aborted-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { codeOf } from '../errors/system-error.js';
import { HelperClient } from '../platform/helper/index.js';
import { compareIdentities, lookAtNetns } from '../platform/netns/index.js';
import { fileFailure } from './netns-failure.js';
import type { NetnsOptions } from './netns-options.js';
import { removeNetns } from './remove-netns.js';

/** A namespace as a record has it. */
export interface RecordedNetns {
  /** The file that keeps it. */
  readonly path: string;
  /** Which namespace it is. @default not known */
  readonly identity?: string | undefined;
}

/**
 * What is at the path of a recorded namespace: `same`, proven to be that one; `another`, proven not to be; `unknown`, a
 * namespace that may be that one; `none`.
 */
export type RecordedState = 'same' | 'another' | 'unknown' | 'none';

/** A busy machine must not hide that another namespace is there. */
const PATIENCE_MS = 20_000;

/**
 * Looks for a recorded namespace at its path.
 *
 * @throws LibcniError `ERR_PERMISSION`, `ERR_NETNS` if nobody can tell what is there; `ERR_ABORTED`
 */
export async function findRecorded(
  { path, identity }: RecordedNetns,
  { helper = HelperClient.shared(), signal, timeoutMs }: NetnsOptions = {},
): Promise<RecordedState> {
  const look = await lookAtNetns(helper, { path, signal, timeoutMs, patienceMs: PATIENCE_MS });
  if (look.state === 'none') return 'none';
  if (look.state === 'there') return compareIdentities(identity, look.identity);
  if (signal?.aborted) throw abortedError(signal);
  throw unseen(path, look.cause);
}

/**
 * Removes a recorded namespace and its file. Another namespace that is in its place is left alone.
 *
 * @returns whether the path is free now
 * @throws LibcniError as {@link findRecorded} and `removeNetns`
 */
export async function removeRecorded(recorded: RecordedNetns, options: NetnsOptions = {}): Promise<boolean> {
  if (recorded.identity !== undefined && (await findRecorded(recorded, options)) === 'another') return false;
  await removeNetns(recorded.path, options);
  return true;
}

function unseen(path: string, cause: Error): unknown {
  if (codeOf(cause) !== undefined) return fileFailure('look at network namespace', path, cause);
  return new LibcniError('ERR_NETNS', cause.message, { cause, value: path });
}
