import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HelperClient, HelperExec } from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { endProcess, eventually } from '../platform/helper/harness/processes.js';

const plugins = usePluginFolder();

let helper: HelperClient;
let made: string;

beforeEach(() => {
  helper = new HelperClient();
  made = join(plugins.folder.root, 'made');
});

afterEach(async () => {
  await helper[Symbol.asyncDispose]();
});

/** A plugin whose delegate makes something, and whose DEL takes it away; `prefix` is put before the delegate. */
async function addDelegating(seconds: number, prefix = ''): Promise<void> {
  const delegate = `${prefix} sh -c 'touch ${made}.begun; sleep ${seconds}; touch ${made}' & wait`;
  await plugins.folder.add('one', { ADD: { shell: delegate }, DEL: { shell: `rm -f ${made}` } });
}

/** An ADD whose helper is killed while the delegate runs. */
async function killedAdd(rollback: object = {}): Promise<Error> {
  const adding = plugins.folder
    .cni(new HelperExec(helper))
    .addNetworkList(listOfTypes(['one']), rt, { rollback });
  const failed = adding.then(
    () => expect.unreachable('ADD succeeded'),
    (error: Error) => error,
  );
  await eventually('the delegate runs', () => existsSync(`${made}.begun`));
  endProcess(helper.pid ?? Number.NaN);
  return await failed;
}

describe('an ADD whose helper is killed', () => {
  it('is rolled back once its delegate has ended, which survives the plugin', async () => {
    await addDelegating(0.5);
    expect(await killedAdd()).toMatchObject({ code: 'ERR_HELPER', rollbackErrors: [] });
    expect(await plugins.folder.order()).toEqual(['ADD one', 'DEL one']);
    await sleep(700);
    expect(existsSync(made)).toBe(false);
  });

  it('does not wait longer for it than its rollback may take', async () => {
    await addDelegating(5);
    expect(await killedAdd({ timeoutMs: 200 })).toMatchObject({
      code: 'ERR_HELPER',
      rollbackErrors: [{ code: 'ERR_TIMEOUT' }],
    });
    expect(existsSync(made)).toBe(false);
    await eventually('the delegate has ended', () => existsSync(made));
  });

  it.each([
    ['of another container', 'CNI_CONTAINERID=c2'],
    ['of another interface', 'CNI_IFNAME=eth1'],
  ])('is rolled back once what its plugin started has ended, be it %s', async (_, prefix) => {
    await addDelegating(1, `${prefix} sh -c 'sleep 1; touch ${made}.ended' &`);
    expect(await killedAdd()).toMatchObject({ code: 'ERR_HELPER', rollbackErrors: [] });
    expect([existsSync(`${made}.ended`), existsSync(made)]).toEqual([true, false]);
  });

  it('does not wait for a program that leads a session of its own, as a daemon does', async () => {
    await addDelegating(4, 'setsid');
    expect(await killedAdd()).toMatchObject({ code: 'ERR_HELPER', rollbackErrors: [] });
    expect(existsSync(made)).toBe(false);
    await eventually('the program has ended', () => existsSync(made));
  });
});
