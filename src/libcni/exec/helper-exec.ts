import { HelperClient } from '../../platform/helper/helper-client.js';
import type { SpawnRequest } from '../../platform/helper/types.js';
import { findInPath } from './find-in-path.js';
import { runProgram } from './run-program.js';
import type { Exec, ExecOptions } from './types.js';

/** Interrupted in the middle, these leave things that no later run finds. */
const FINISHING = ['DEL', 'GC'];

/**
 * Runs plugins through the native helper: starting one costs the main thread next to nothing, however large
 * the heap, and every plugin is a process group of its own. The default if the helper is installed.
 */
export class HelperExec implements Exec {
  readonly #client: HelperClient;

  /** @param client - the helper to use. @default the one that the whole process shares */
  constructor(client: HelperClient = HelperClient.shared()) {
    this.#client = client;
  }

  /** The helper that it uses. */
  get client(): HelperClient {
    return this.#client;
  }

  async execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string> {
    const task = taskOf(env);
    const finishes = FINISHING.includes(env.CNI_COMMAND ?? '');
    const spawn = (request: SpawnRequest) => this.#client.spawn({ ...request, task, finishes });
    return await runProgram(spawn, { path, stdin, env, options });
  }

  findInPath(plugin: string, paths: readonly string[]): Promise<string> {
    return findInPath(plugin, paths);
  }
}

/** Plugins of one attachment run one after another, even if earlier ones have lost their helper. */
function taskOf({ CNI_CONTAINERID, CNI_IFNAME }: Readonly<Record<string, string>>): string | undefined {
  return CNI_CONTAINERID && CNI_IFNAME ? `attachment ${CNI_CONTAINERID} ${CNI_IFNAME}` : undefined;
}
