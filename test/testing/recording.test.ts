import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { CNIConfig, HelperExec, PluginError } from '../../src/index.js';
import { recordPlugins, replayPlugins } from '../../src/testing/index.js';
import { listOfTypes, resultText, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();
const list = listOfTypes(['one', 'two']);
let recordings: string;

beforeEach(async () => {
  recordings = join(plugins.folder.root, 'recordings');
  await plugins.folder.addChain();
});

/** A program that attaches, checks and detaches. */
async function work(cni: CNIConfig): Promise<unknown[]> {
  const result = await cni.addNetworkList(list, rt);
  const check = await cni.checkNetworkList(list, rt).catch((error: unknown) => error);
  await cni.delNetworkList(list, rt);
  return [result, check];
}

async function record(): Promise<unknown[]> {
  return await work(plugins.folder.cni(await recordPlugins({ exec: new HelperExec(), folder: recordings })));
}

describe('what was recorded of real plugins', () => {
  it('is answered without them, with the same results', async () => {
    const real = await record();
    const replayed = await replayPlugins(recordings);
    await plugins.folder[Symbol.asyncDispose]().catch(() => {});
    expect(real).toHaveLength(2);
    const cni = new CNIConfig({
      path: ['/nowhere'],
      cacheDir: join(plugins.folder.root, 'other'),
      exec: replayed,
    });
    expect(await work(cni)).toEqual(real);
    expect(replayed.remaining()).toEqual([]);
  });

  it('has errors, too', async () => {
    const stdout = JSON.stringify({ code: 101, msg: 'it is gone', details: 'long ago' });
    await plugins.folder.add('one', { ADD: { stdout: resultText() }, CHECK: { stdout, exitCode: 1 } });
    const [, check] = await record();
    const cni = plugins.folder.cni(await replayPlugins(recordings));
    const [, again] = await work(cni);
    expect(check).toBeInstanceOf(PluginError);
    expect(again).toBeInstanceOf(PluginError);
    const { message, code, details } = check as PluginError;
    expect(again).toMatchObject({ code, details });
    expect((again as PluginError).message).toContain(message.split(':').at(-1)?.trim());
  });

  it('is one readable file for each run, without the environment', async () => {
    await record();
    const names = (await readdir(recordings)).sort();
    expect(names.slice(0, 2)).toEqual(['0001-ADD-one.json', '0002-ADD-two.json']);
    const text = await readFile(join(recordings, '0001-ADD-one.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      plugin: 'one',
      verb: 'ADD',
      containerId: 'c1',
      config: { name: 'net' },
    });
    expect(text).not.toContain('PATH');
  });

  it('makes way for what is recorded anew', async () => {
    await record();
    const before = (await readdir(recordings)).length;
    await record();
    expect(await readdir(recordings)).toHaveLength(before);
  });
});

describe('a call that was not recorded', () => {
  it('of another container is refused, and what is left is named', async () => {
    await record();
    const cni = plugins.folder.cni(await replayPlugins(recordings));
    const adding = cni.addNetworkList(list, { ...rt, containerId: 'c2' }, { rollback: false });
    await expect(adding).rejects.toThrow(
      /no recording of ADD of plugin one for container c2 on eth0; the next one left is ADD/,
    );
  });

  it('with another configuration is refused, and both are shown', async () => {
    await record();
    const cni = plugins.folder.cni(await replayPlugins(recordings));
    const other = listOfTypes(['one', 'two'], { cniVersion: '0.4.0' });
    await expect(cni.addNetworkList(other, rt, { rollback: false })).rejects.toThrow(
      /another configuration.*0\.4\.0/,
    );
  });

  it('is reported missing if a folder has none', async () => {
    const refusal = { code: 'ERR_CONF_NOT_FOUND', file: recordings };
    await expect(replayPlugins(recordings)).rejects.toMatchObject(refusal);
    await mkdir(recordings);
    await expect(replayPlugins(recordings)).rejects.toMatchObject(refusal);
  });

  it('is distinguished from a file that is not a recording', async () => {
    await record();
    const file = join(recordings, '0001-ADD-one.json');
    await writeFile(file, '{"plugin":1}');
    await expect(replayPlugins(recordings)).rejects.toMatchObject({ code: 'ERR_CONF_INVALID', file });
  });
});
