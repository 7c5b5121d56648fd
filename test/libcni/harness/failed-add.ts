import { expect } from 'vitest';
import type { Exec } from '../../../src/index.js';
import { listOfTypes, type PluginFolder, rt } from '../../fixtures/plugins/plugin-folder.js';

/** How an ADD is run, and what it may take. */
export interface AddSettings {
  readonly exec: Exec;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The error of an ADD of the plugin `bad`, which is bound to fail. It has to name its circumstances. */
export async function failedAdd(folder: PluginFolder, { exec, ...more }: AddSettings): Promise<Error> {
  const adding = folder.cni(exec).addNetworkList(listOfTypes(['bad']), rt, { rollback: false, ...more });
  const error = await adding.then(
    () => expect.unreachable('ADD succeeded'),
    (failure: Error) => failure,
  );
  expectCircumstances(error);
  return error;
}

/** Whether an error names verb, plugin, network and container, and says them in its message. */
export function expectCircumstances(error: Error): void {
  for (const part of ['bad', 'ADD', 'net', 'c1']) expect(error.message).toContain(part);
  const where = { verb: 'ADD', plugin: 'bad', network: 'net', containerId: 'c1', ifName: 'eth0' };
  expect(error).toMatchObject(where);
}
