import { stat } from 'node:fs/promises';
import { asError, hasCode } from '../../errors/system-error.js';
import type { HelperClient, NetnsLookOptions } from '../helper/index.js';
import { onAbort } from '../helper/on-abort.js';
import { type NetnsNumbers, netnsIdentity } from './identity.js';

/** How long to wait for an answer, unless the caller says otherwise. */
const SILENT_MS = 2000;
/** Errors that no other time, permission or process would change. */
const HOPELESS = ['ELOOP', 'ENAMETOOLONG', 'ESTALE', 'EINVAL'];
const NOTHING = ['ENOENT', 'ENOTDIR'];
const OWN_NETNS = '/proc/self/ns/net';
const FIRST_NETNS = '/proc/1/ns/net';

/** What is at a path that should lead to a network namespace. */
export type NetnsLook = NetnsThere | NetnsGone | NetnsUnknown;

/** There is a namespace. */
export interface NetnsThere {
  readonly state: 'there';
  readonly identity: string;
  /** Device and inode: two paths with equal ones lead to the same namespace at present. */
  readonly place: string;
  /** The index of the requested interface, 0 if it does not exist; `undefined` if unknown. */
  readonly interfaceIndex: number | undefined;
  /** Whether it is that of this process, or of process 1. */
  readonly isHost: boolean;
}

/** There is no namespace. */
interface NetnsGone {
  readonly state: 'none';
  /** Whether something else is there: for example, an empty file that a mount has left. */
  readonly isOccupied: boolean;
  /** Why there can never be one; absent for an ordinary path. */
  readonly cause?: Error | undefined;
}

/** Unknown: a permission is missing, or an answer. */
interface NetnsUnknown {
  readonly state: 'unknown';
  readonly cause: Error;
}

/** What to look at, and for how long. */
export interface LookRequest {
  readonly path: string;
  /** @default none */
  readonly interfaceName?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds that the caller has left, `patienceMs` at most. @default `patienceMs` */
  readonly timeoutMs?: number | undefined;
  /** How long an answer may take, in milliseconds, before the state counts as unknown. @default 2000 */
  readonly patienceMs?: number | undefined;
}

/**
 * Inspects a namespace, and an interface in it. Without the native helper, only its numbers are known.
 *
 * @param helper - absent if it is not installed
 */
export async function lookAtNetns(
  helper: HelperClient | undefined,
  { path, interfaceName, signal, patienceMs = SILENT_MS, timeoutMs = patienceMs }: LookRequest,
): Promise<NetnsLook> {
  // As a path, it would mean the working folder.
  if (path === '') return { state: 'none', isOccupied: false };
  const end = new AbortController();
  const limitMs = Math.max(0, Math.min(timeoutMs, patienceMs));
  try {
    const look = () =>
      helper === undefined
        ? lookFromHere(path)
        : lookInside(helper, path, { interfaceName, signal: end.signal });
    return await within({ limitMs, signal, end }, look);
  } catch (error) {
    return seenFrom(asError(error));
  }
}

/** A failure tells what is there, or that it is unknown. */
function seenFrom(cause: Error): NetnsLook {
  if (hasCode(cause, ...NOTHING)) return { state: 'none', isOccupied: false };
  if (hasCode(cause, ...HOPELESS)) return { state: 'none', isOccupied: true, cause };
  return { state: 'unknown', cause };
}

async function lookInside(helper: HelperClient, path: string, options: NetnsLookOptions): Promise<NetnsLook> {
  const { isNetns, interfaceIndex, isHost, ...numbers } = await helper.inspectNetns(path, options);
  return isNetns ? seen(numbers, { interfaceIndex, isHost }) : { state: 'none', isOccupied: true };
}

/** Anything on the device of namespaces counts as a network namespace: Node cannot tell more. */
async function lookFromHere(path: string): Promise<NetnsLook> {
  const [found, own] = await Promise.all([path, OWN_NETNS].map((one) => stat(one, { bigint: true })));
  if (found === undefined || own === undefined || found.dev !== own.dev)
    return { state: 'none', isOccupied: true };
  const first = await stat(FIRST_NETNS, { bigint: true }).catch(() => undefined);
  const isHost = [own.ino, first?.ino].includes(found.ino);
  return seen({ inode: found.ino, device: found.dev, cookie: 0n }, { interfaceIndex: undefined, isHost });
}

function seen(numbers: NetnsNumbers, more: Pick<NetnsThere, 'interfaceIndex' | 'isHost'>): NetnsThere {
  const { device, inode } = numbers;
  return { state: 'there', identity: netnsIdentity(numbers), place: `${device}-${inode}`, ...more };
}

interface LookLimits {
  readonly limitMs: number;
  readonly signal: AbortSignal | undefined;
  /** Cancels a call that has not begun. */
  readonly end: AbortController;
}

async function within<Value>(
  { limitMs, signal, end }: LookLimits,
  look: () => Promise<Value>,
): Promise<Value> {
  return await new Promise<Value>((settle, reject) => {
    const stop = (why: string) => {
      reject(new Error(`inspecting the namespace ${why}`));
      end.abort();
    };
    const timer = setTimeout(() => stop(`took more than ${Math.round(limitMs)} ms`), limitMs);
    const forget = signal ? onAbort(signal, () => stop('was ended by the caller')) : () => {};
    if (signal?.aborted) stop('was ended by the caller');
    look()
      .then(settle, reject)
      .finally(() => {
        clearTimeout(timer);
        forget();
      });
  });
}
