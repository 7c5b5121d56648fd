import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  loadConf,
  loadNetworkConf,
  networkConfFromBytes,
  networkConfFromFile,
  ProcessExec,
} from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

async function messageOf(running: Promise<unknown>): Promise<string> {
  const error = await running.then(
    () => expect.unreachable('it succeeded'),
    (failure: Error) => failure,
  );
  return error.message;
}

const thrownBy = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return expect.unreachable('it succeeded');
};

const adding = (type: string) => plugins.cni.addNetworkList(listOfTypes([type]), rt);

async function put(name: string, content: string): Promise<string> {
  const folder = join(plugins.folder.root, 'net.d');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), content);
  return folder;
}

describe('what a plugin printed', () => {
  it('is quoted from its beginning where it is no result', async () => {
    await plugins.folder.add('one', { ADD: { stdout: 'time="2018" level=debug\n{"cniVersion":"1.0.0"}' } });
    const message = await messageOf(adding('one'));
    expect(message).toContain('"time=\\"2018\\" level=debug\\n{');
    expect(message.match(/is not valid JSON/g)).toHaveLength(1);
  });

  it('is quoted where a result is invalid, and where the versions are', async () => {
    const stdout = '{"cniVersion":"1.0.0","ips":[{"address":"nonsense"}]}';
    await plugins.folder.add('one', { ADD: { stdout }, VERSION: { stdout: 'hello' } });
    expect(await messageOf(adding('one'))).toContain('nonsense');
    expect(await messageOf(plugins.cni.getVersionInfo('one'))).toContain('"hello"');
  });

  it('is truncated in the message', async () => {
    await plugins.folder.add('one', { ADD: { shell: 'head -c 100000 /dev/zero | tr "\\0" x' } });
    const message = await messageOf(adding('one'));
    expect(message).toContain('xxx');
    expect(message.length).toBeLessThan(1000);
  });

  it.each([
    ['NUL', '\\000\\000'],
    ['escape', '\\033[31m'],
    ['carriage return', 'a\\rb'],
  ])('never brings a raw control character into the message (%s)', async (_, printed) => {
    await plugins.folder.add('one', { ADD: { shell: `printf '${printed}'` } });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(await messageOf(adding('one'))).not.toMatch(/[\0-\x08\x0b-\x1f\x7f-\x9f]/);
  });

  it('keeps its control characters in msg, and shows them escaped in the message', async () => {
    await plugins.folder.add('one', {
      ADD: { stdout: '{"code":100,"msg":"a\\u0000\\u001bb"}', exitCode: 1 },
    });
    await expect(adding('one')).rejects.toMatchObject({
      msg: 'a\0\u001bb',
      message: expect.stringMatching(/^a\\x00\\x1bb/),
    });
  });
});

describe('an error in a JSON text', () => {
  it.each([
    ['{\n  "a": 1,\n}', 'line 3, column 1'],
    ['{\n  "a": 1\n  "b": 2\n}', 'line 3, column 3'],
    ['{ "a": // no\n 1 }', 'line 1, column 8'],
    ['{"a":1}\n{"a":1}', 'line 2, column 1'],
    ['{"a": [1, 2', 'line 1, column 12'],
    ['{"a": "b', 'line 1, column 9'],
    ['{"a": tru}', 'line 1, column 7'],
    ['{"a": 01}', 'line 1, column 8'],
    ['{"a": "\u0001"}', 'line 1, column 8'],
    ['{"a": "\\x"}', 'line 1, column 8'],
    ['\0\0', 'line 1, column 1'],
    ['nonsense', 'line 1, column 1'],
    ['[1,]', 'line 1, column 4'],
    ['{a:1}', 'line 1, column 2'],
  ])('has line and column: %j', (text, place) => {
    const message = thrownBy(() => networkConfFromBytes(text));
    expect(message).toContain(place);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
    expect(message).not.toMatch(/[\0-\x08\x0b-\x1f]/);
  });
});

describe('looking for a network', () => {
  const list = (name: string) => JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'one' }] });

  it('tells a missing folder from an empty one', async () => {
    const folder = await put('readme.txt', '');
    await expect(loadNetworkConf(`${folder}/none`, 'a')).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringContaining('does not exist'),
    });
    await expect(loadNetworkConf(folder, 'a')).rejects.toMatchObject({
      code: 'ERR_NO_CONFIGS',
      message: expect.stringContaining('no file ending in .conflist, .conf or .json'),
    });
  });

  it('lists the names that there are', async () => {
    await put('1.conflist', list('web'));
    const folder = await put('2.conf', '{"cniVersion":"1.0.0","name":"db","type":"one"}');
    expect(await messageOf(loadNetworkConf(folder, 'wbe'))).toContain('(there are: web, db)');
    expect(await messageOf(loadConf(folder, 'wbe'))).toContain('(there are: db)');
  });

  it('says how a list with the extension of a single plugin is to be named, and the other way round', async () => {
    const folder = await put('1.conf', list('web'));
    expect(await messageOf(loadNetworkConf(folder, 'web'))).toContain('rename to 1.conflist');
    const other = join(await put('2.conflist', '{"name":"db","type":"one"}'), '2.conflist');
    expect(await messageOf(networkConfFromFile(other))).toContain('rename to 2.conf');
  });
});

describe('a plugin that may not be executed', () => {
  it.each([
    ['helper', undefined],
    ['child process', new ProcessExec()],
  ])('is said to lack the mode for it (%s)', async (_, exec) => {
    await chmod(await plugins.folder.add('one'), 0o644);
    const running = plugins.folder.cni(exec).addNetworkList(listOfTypes(['one']), rt);
    await expect(running).rejects.toMatchObject({
      code: 'ERR_PERMISSION',
      message: expect.stringMatching(/may not be executed: its mode is 0644.*chmod/),
    });
  });
});

describe('a limit that ended something', () => {
  it('is named with its length', async () => {
    await plugins.folder.add('one', { ADD: { shell: 'sleep 5' } });
    const limited = plugins.cni.addNetworkList(listOfTypes(['one']), rt, { timeoutMs: 123, rollback: false });
    expect(await messageOf(limited)).toContain('timeoutMs of 123 ms');
    const none = plugins.cni.addNetworkList(listOfTypes(['one']), rt, { timeoutMs: 0 });
    expect(await messageOf(none)).toContain('timeoutMs of 0 ms');
  });
});
