import { defaultGraceMs, frameLimit, headerBytes, noDeadline, requestType, spawnFlag } from './protocol.js';
import { SpawnError } from './spawn-error.js';
import type { SpawnRequest } from './types.js';

const spawnFixedBytes = 28;
const callFixedBytes = 4;

/** The frame that asks for a program. Throws {@link SpawnError} for anything that cannot be passed to a program. */
export function encodeSpawn(id: number, request: SpawnRequest): Buffer {
  const argv = request.argv ?? [request.path];
  const { text, env } = spawnStrings(request, argv);
  const textBytes = Buffer.byteLength(text);
  const stringBytes = textBytes + env.bytes.length;
  const stdin = request.stdin ?? '';
  const stdinBytes = typeof stdin === 'string' ? Buffer.byteLength(stdin) : stdin.length;
  const size = headerBytes + spawnFixedBytes + stringBytes + stdinBytes;
  if (size - 4 > frameLimit) throw new SpawnError('E2BIG', 'spawn', request.path);
  const frame = allocate(size, requestType.spawn, id);
  const flags = flagsOf(request);
  const fixed = [deadline(request.timeoutMs), grace(request.graceMs), flags, argv.length, env.variables];
  let at = headerBytes;
  for (const value of [...fixed, stringBytes, stdinBytes]) at = frame.writeUInt32LE(value, at);
  at += frame.write(text, at, textBytes);
  at += env.bytes.copy(frame, at);
  if (typeof stdin === 'string') frame.write(stdin, at);
  else frame.set(stdin, at);
  return frame;
}

function flagsOf({ cwd, netns, dropsOutput, task, finishes }: SpawnRequest): number {
  const places = (cwd ? spawnFlag.cwd : 0) | (netns ? spawnFlag.netns : 0) | (task ? spawnFlag.task : 0);
  const ways = (dropsOutput ? spawnFlag.dropsOutput : 0) | (finishes ? spawnFlag.finishes : 0);
  return places | ways;
}

/** Changes the deadline in a frame that asks for a program. */
export function limitSpawn(frame: Buffer, timeoutMs: number): void {
  frame.writeUInt32LE(deadline(timeoutMs), headerBytes);
}

/** The frame that cancels the run `id`. */
export function encodeCancel(id: number): Buffer {
  return allocate(headerBytes, requestType.cancel, id);
}

/** A request about `path`: a call for a namespace, or for a lock. */
export interface CallRequest {
  readonly type: number;
  readonly path: string;
  readonly flags?: number | undefined;
  /** The second subject of some calls: an interface to look for, a namespace to keep. */
  readonly detail?: string | undefined;
}

/** The frame of a request about a path. Throws {@link SpawnError} for a string that cannot be a path. */
export function encodeCall(id: number, { type, path, flags = 0, detail }: CallRequest): Buffer {
  const strings = detail === undefined ? [path] : [path, detail];
  if (strings.some((text) => text.includes('\0'))) throw new SpawnError('EINVAL', 'path', path);
  const text = `${strings.join('\0')}\0`;
  const frame = allocate(headerBytes + callFixedBytes + Buffer.byteLength(text), type, id);
  frame.writeUInt32LE(flags, headerBytes);
  frame.write(text, headerBytes + callFixedBytes);
  return frame;
}

/** The frame that gives back the lock of that number. */
export function encodeUnlock(id: number, lock: number): Buffer {
  const frame = allocate(headerBytes + 4, requestType.unlock, id);
  frame.writeUInt32LE(lock, headerBytes);
  return frame;
}

function allocate(size: number, type: number, id: number): Buffer {
  const frame = Buffer.allocUnsafe(size);
  frame.writeUInt32LE(size - 4, 0);
  frame.writeUInt32LE(type, 4);
  frame.writeUInt32LE(id, 8);
  return frame;
}

/** The variables of a program. */
interface EncodedEnvironment {
  /** `name=value`, each ended by NUL. */
  readonly bytes: Buffer;
  readonly variables: number;
}

/** All strings, each ended by NUL. */
interface SpawnStrings {
  /** Those before the environment. */
  readonly text: string;
  readonly env: EncodedEnvironment;
}

/** A NUL inside a string would shift the strings after it. */
function spawnStrings(request: SpawnRequest, argv: readonly string[]): SpawnStrings {
  const { path, cwd, netns, task } = request;
  let text = `${path}\0`;
  let count = 1 + argv.length;
  for (const given of [cwd, netns, task]) {
    if (!given) continue;
    text += `${given}\0`;
    count++;
  }
  for (const argument of argv) text += `${argument}\0`;
  const env = encodeEnvironment(request.env);
  if (argv.length === 0 || env === undefined || countNul(text) !== count) {
    throw new SpawnError('EINVAL', 'execve', path);
  }
  return { text, env };
}

/** A frozen environment is encoded once for several programs. */
const frozenEnvironments = new WeakMap<object, EncodedEnvironment>();

/** `undefined` if one of them has a NUL inside. */
function encodeEnvironment(env: SpawnRequest['env'] = {}): EncodedEnvironment | undefined {
  const known = frozenEnvironments.get(env);
  if (known !== undefined) return known;
  let text = '';
  let variables = 0;
  for (const name in env) {
    text += `${name}=${env[name]}\0`;
    variables++;
  }
  if (countNul(text) !== variables) return undefined;
  const encoded = { bytes: Buffer.from(text), variables };
  if (Object.isFrozen(env)) frozenEnvironments.set(env, encoded);
  return encoded;
}

function countNul(text: string): number {
  let count = 0;
  for (let at = text.indexOf('\0'); at >= 0; at = text.indexOf('\0', at + 1)) count++;
  return count;
}

function deadline(timeoutMs: number | undefined): number {
  if (timeoutMs === undefined || !(timeoutMs < noDeadline)) return noDeadline;
  return Math.max(0, Math.ceil(timeoutMs));
}

function grace(graceMs: number | undefined): number {
  if (graceMs === undefined || Number.isNaN(graceMs)) return defaultGraceMs;
  return Math.min(Math.max(0, Math.ceil(graceMs)), noDeadline - 1);
}
