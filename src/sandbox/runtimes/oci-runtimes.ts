import { join, resolve } from 'node:path';
import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { findExecutable } from './find-executable.js';
import { OciRuntime } from './oci-runtime.js';
import type { OciSpec } from './oci-spec.js';
import type { Runtime, RuntimeSandbox } from './runtime.js';

/** Options of a runtime with the command line of runc. */
export interface OciRuntimeOptions {
  /**
   * The folder with the root file system of the sandbox's own process, such as that of a pause image. The
   * files `etc/hosts`, `etc/resolv.conf` and `etc/hostname` are created in it if missing; the pod's are mounted on them.
   */
  readonly rootfs: string;
  /**
   * The process of the sandbox, and its arguments. With a root file system of your own, a program that it has, such as
   * `['/bin/sleep', 'infinity']`. @default `/pause`
   */
  readonly args?: readonly string[] | undefined;
  /** Its environment, as `NAME=value`. @default a `PATH` */
  readonly env?: readonly string[] | undefined;
  /** The program, as a path or as a name to find on `PATH`. @default that of the runtime */
  readonly program?: string | undefined;
  /** The folder of the runtime's own state. @default `/run/libcni/<runtime>` */
  readonly root?: string | undefined;
  /** Options of the program, put before every command, such as `--systemd-cgroup`. @default none */
  readonly globalArgs?: readonly string[] | undefined;
  /** Changes the specification of a sandbox before it is written. @default leaves it as it is */
  readonly editSpec?: ((spec: OciSpec, sandbox: RuntimeSandbox) => OciSpec) | undefined;
  /** Milliseconds for each command. @default 60000 */
  readonly timeoutMs?: number | undefined;
}

const text = lazy(() => z.string({ error: 'must be a string' }));
const path = lazy(() => text().min(1, { error: 'must be a path, which is not empty' }));
const optionsSchema = lazy(
  () =>
    z.strictObject({
      rootfs: path(),
      args: z.array(text()).min(1, { error: 'must have the program of the process' }).readonly().optional(),
      env: z.array(text()).readonly().optional(),
      program: path().optional(),
      root: path().optional(),
      globalArgs: z.array(text()).readonly().optional(),
      editSpec: z
        .custom<NonNullable<OciRuntimeOptions['editSpec']>>((given) => typeof given === 'function', {
          error: 'must be a function',
        })
        .optional(),
      timeoutMs: z.number({ error: 'must be a number of milliseconds' }).positive().optional(),
    }) satisfies z.ZodType<OciRuntimeOptions>,
);

/**
 * Runs sandboxes with runc.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an invalid option, `ERR_NOT_FOUND` if the program is not installed
 */
export function runcRuntime(options: OciRuntimeOptions): Runtime {
  return ociRuntime('runc', options);
}

/**
 * Runs sandboxes with crun.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an invalid option, `ERR_NOT_FOUND` if the program is not installed
 */
export function crunRuntime(options: OciRuntimeOptions): Runtime {
  return ociRuntime('crun', options);
}

/**
 * Runs sandboxes with gVisor's runsc, which has a network stack of its own: it moves the addresses from the interfaces
 * when it starts, so the network must exist before. They are saved, and restored if the sandbox is created again in the
 * same namespace. Needs iproute2.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an invalid option, `ERR_NOT_FOUND` if the program is not installed
 */
export function runscRuntime(options: OciRuntimeOptions): Runtime {
  return ociRuntime('runsc', options);
}

function ociRuntime(name: string, options: OciRuntimeOptions): Runtime {
  const given = parseJsonArgument(optionsSchema(), options, `${name}Runtime options`);
  const { program = name, root = join('/run/libcni', name), timeoutMs = 60_000 } = given;
  const found = findExecutable(program);
  if (found === undefined)
    throw new LibcniError(
      'ERR_NOT_FOUND',
      `the runtime ${program} is not installed; install it, or set its path`,
      {
        value: program,
      },
    );
  const { rootfs, args = ['/pause'], env = ['PATH=/usr/sbin:/usr/bin:/sbin:/bin'] } = given;
  const { globalArgs = [], editSpec } = given;
  return new OciRuntime({
    program: found,
    root,
    globalArgs,
    timeoutMs,
    editSpec,
    takesAddresses: name === 'runsc',
    process: { rootfs: resolve(rootfs), args, env },
  });
}
