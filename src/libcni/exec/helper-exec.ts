import { HelperClient } from '../../platform/helper/helper-client.js';
import { findInPath } from './find-in-path.js';
import { runProgram } from './run-program.js';
import type { Exec, ExecOptions } from './types.js';

/**
 * Runs plugins through the native helper: starting one costs the main thread next to nothing, however large
 * the heap, and every plugin is a process group of its own. The default where the helper is there.
 */
export class HelperExec implements Exec {
  readonly #client: HelperClient;

  /** @param client - the helper to use. @default the one that the whole process shares */
  constructor(client: HelperClient = HelperClient.shared()) {
    this.#client = client;
  }

  async execPlugin(
    path: string,
    stdin: string,
    env: Readonly<Record<string, string>>,
    options: ExecOptions,
  ): Promise<string> {
    return await runProgram((request) => this.#client.spawn(request), { path, stdin, env, options });
  }

  findInPath(plugin: string, paths: readonly string[]): Promise<string> {
    return findInPath(plugin, paths);
  }
}
