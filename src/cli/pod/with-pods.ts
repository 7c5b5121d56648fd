import { join } from 'node:path';
import { LibcniAggregateError, LibcniError } from '../../errors/index.js';
import { isOwnError } from '../../errors/own-error.js';
import { asError } from '../../errors/system-error.js';
import {
  crunRuntime,
  type OciRuntimeOptions,
  PodSandboxManager,
  type Runtime,
  runcRuntime,
  runscRuntime,
} from '../../sandbox/index.js';
import { withOperator } from '../attachments/with-operator.js';
import { warn } from '../failure.js';
import { stateDir } from '../options/places.js';
import type { PodCommandOptions } from './options.js';

const makers: Readonly<Record<string, (options: OciRuntimeOptions) => Runtime>> = {
  runc: runcRuntime,
  crun: crunRuntime,
  runsc: runscRuntime,
};

/** A manager, and the runtime for new pods. */
export interface Pods {
  readonly manager: PodSandboxManager;
  readonly runtimeHandler: string;
}

/** Uses the pod sandboxes in the folders of the options. */
export async function withPods<Value>(
  options: PodCommandOptions,
  use: (pods: Pods) => Promise<Value>,
  program?: readonly string[],
): Promise<Value> {
  const runtimes = installedRuntimes(options, program);
  const runtimeHandler = options.runtime ?? Object.keys(runtimes)[0] ?? 'runc';
  return await withOperator(options, async (operator) => {
    const folders = {
      stateDir: options.podDir ?? join(stateDir(options), 'pods'),
      ...(options.netnsDir !== undefined && { netnsDir: options.netnsDir }),
    };
    await using manager = await PodSandboxManager.create({ operator, runtimes, ...folders });
    manager.on('warning', ({ message }) => warn(message));
    return await use({ manager, runtimeHandler });
  });
}

/** A runtime that is not installed is left out; commands on its pods say so. */
function installedRuntimes(
  { rootfs = '/', runtimeRoot }: PodCommandOptions,
  program: readonly string[] = [],
): Record<string, Runtime> {
  const given = {
    rootfs,
    ...(program.length > 0 && { args: program }),
    ...(runtimeRoot !== undefined && { root: runtimeRoot }),
  };
  const found = Object.entries(makers).flatMap(([name, make]): [string, Runtime][] => {
    try {
      return [[name, make(given)]];
    } catch (error) {
      if (isOwnError(error) && error.code === 'ERR_NOT_FOUND') return [];
      throw error;
    }
  });
  return Object.fromEntries(found);
}

/** Also finds a pod with a broken checkpoint, which no list contains. */
const WHOLE_ID = /^[0-9a-f]{64}$/;

/** The id with a given beginning. */
export async function idOf(manager: PodSandboxManager, text: string): Promise<string> {
  const id = await findId(manager, text);
  if (id !== undefined) return id;
  const summary = `there is no pod ${text}; \`libcni pod ps\` lists them`;
  throw new LibcniError('ERR_NOT_FOUND', summary, { value: text });
}

async function findId(manager: PodSandboxManager, text: string): Promise<string | undefined> {
  const found = await manager.list({ id: text });
  const [only] = found;
  if (found.length > 1) {
    const ids = found.map(({ id }) => id).join(', ');
    throw new LibcniError('ERR_CONFLICT', `several pods begin with ${text}: ${ids}`, { value: text });
  }
  return only?.id ?? (WHOLE_ID.test(text) ? text : undefined);
}

/** Does something with each pod, continuing after failures. @returns the ids of those that succeeded */
export async function forEachPod(
  { manager }: Pods,
  pods: readonly string[],
  act: (id: string) => Promise<unknown>,
): Promise<{ readonly done: string[]; readonly failed: Error | undefined }> {
  const done: string[] = [];
  const errors: Error[] = [];
  for (const pod of pods) {
    try {
      const id = await findId(manager, pod);
      if (id === undefined) {
        warn(`there was no pod ${pod}`);
        continue;
      }
      await act(id);
      done.push(id);
    } catch (error) {
      errors.push(asError(error));
    }
  }
  const failed = errors.length > 1 ? new LibcniAggregateError(errors, 'some pods failed') : errors[0];
  return { done, failed };
}
