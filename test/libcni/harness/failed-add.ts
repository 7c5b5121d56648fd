import { expect } from 'vitest';
import type { Exec } from '../../../src/index.js';
import { listOfTypes, type PluginFolder, rt } from '../../fixtures/plugins/plugin-folder.js';

/** How to run an ADD, and its limits. */
export interface AddSettings {
  readonly exec: Exec;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

/** The error of an ADD with the plugin `bad`, which fails. Checks that the error has its circumstances. */
export async function failedAdd(folder: PluginFolder, { exec, ...more }: AddSettings): Promise<Error> {
  const adding = folder.cni(exec).addNetworkList(listOfTypes(['bad']), rt, { rollback: false, ...more });
  const error = await adding.then(
    () => expect.unreachable('ADD succeeded'),
    (failure: Error) => failure,
  );
  expectCircumstances(error);
  return error;
}

/** Whether an error has verb, plugin, network and container, also in its message. */
export function expectCircumstances(error: Error): void {
  for (const part of ['bad', 'ADD', 'net', 'c1']) expect(error.message).toContain(part);
  const where = { verb: 'ADD', plugin: 'bad', network: 'net', containerId: 'c1', ifName: 'eth0' };
  expect(error).toMatchObject(where);
}
