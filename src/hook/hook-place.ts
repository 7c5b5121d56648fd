import { readFileSync } from 'node:fs';
import { LibcniError } from '../errors/libcni-error.js';
import { asError } from '../errors/system-error.js';
import { findHelperBinary } from '../platform/helper/index.js';
import type { HookPoint, OciHook } from './oci-hook.js';
import type { OciState } from './oci-state.js';

/** Where hooks run. */
export interface HookPlace {
  /** The process whose namespaces they run in; absent for those of the runtime. */
  readonly container?: number;
  /** Whose mount namespace the path of a hook is resolved in. */
  readonly resolvesIn?: 'runtime' | 'container';
}

/** Where the hooks of a point run. @throws LibcniError `ERR_CONF_INVALID` if the state lacks the container's process */
export function placeOf(point: HookPoint, { pid }: OciState): HookPlace {
  if (point !== 'createContainer' && point !== 'startContainer') return {};
  if (!pid) {
    const summary = `${point} hooks run in the namespaces of the container, but the state has no pid`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.pid', value: pid });
  }
  return { container: pid, resolvesIn: point === 'createContainer' ? 'runtime' : 'container' };
}

/** The state with the pid of the container's process as seen by the hooks. @throws LibcniError `ERR_NOT_FOUND` */
export function stateIn({ container }: HookPlace, state: OciState): OciState {
  return container === undefined ? state : { ...state, pid: innermostPid(container) };
}

/** The kernel lists the pids of a process from the outermost namespace that this process sees to its own. */
function innermostPid(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8');
    return Number(/^NSpid:.*\s(\d+)$/m.exec(status)?.[1] ?? pid);
  } catch (cause) {
    const summary = `there is no process ${pid}, in whose namespaces the hooks must run: ${asError(cause).message}`;
    throw new LibcniError('ERR_NOT_FOUND', summary, { cause, jsonPath: '$.pid', value: pid });
  }
}

/** The program to start for a hook: the hook itself, or the helper, which enters the namespaces and becomes the hook. */
export function programOf(
  { path, args = [] }: OciHook,
  { container, resolvesIn = 'runtime' }: HookPlace,
): { readonly path: string; readonly argv: readonly string[] } {
  const argv = args.length > 0 ? args : [path];
  if (container === undefined) return { path, argv };
  const helper = findHelperBinary();
  if (helper === undefined) throw new LibcniError('ERR_HELPER', 'the native helper is not installed');
  return { path: helper, argv: ['cni-helper', 'enter', resolvesIn, String(container), path, ...argv] };
}

const codes = { 125: 'ERR_NETNS', 126: 'ERR_PERMISSION', 127: 'ERR_NOT_FOUND' } as const;

/** The helper's message if it could not become the hook. */
export function refuseNotStarted(exitCode: number | null, stderr: string): void {
  if (!stderr.startsWith('cni-helper: ') || (exitCode !== 125 && exitCode !== 126 && exitCode !== 127))
    return;
  throw new LibcniError(codes[exitCode], stderr.trim().slice('cni-helper: '.length));
}
