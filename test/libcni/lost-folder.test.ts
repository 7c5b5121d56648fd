import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { HelperClient, HelperExec, ProcessExec } from '../../src/index.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';
import { NodeProcess } from '../platform/helper/harness/node-process.js';

const plugins = usePluginFolder();

describe('the folder of the program', () => {
  it('may be gone, and plugins are run all the same', async () => {
    const folder = join(plugins.folder.root, 'release');
    await mkdir(folder);
    await plugins.folder.add('one', { ADD: { shell: 'pwd' } });
    const node = new NodeProcess('lost-folder.ts', folder, join(plugins.folder.bin, 'one'));
    expect([await node.ended, node.output.trim().split(/\s+/)]).toEqual([0, ['/', '/']]);
  });

  it('is that of the plugins as well, as long as it is there', async () => {
    await plugins.folder.add('one', { ADD: { shell: 'pwd' } });
    const path = join(plugins.folder.bin, 'one');
    const env = { CNI_COMMAND: 'ADD' };
    for (const exec of [new HelperExec(), new ProcessExec()])
      expect((await exec.execPlugin(path, '', env, {})).trim()).toBe(process.cwd());
  });

  it('that was asked for and is gone is an error that names it', async () => {
    await using client = new HelperClient();
    const run = client.spawn({ path: '/bin/true', env: {}, cwd: '/nowhere' });
    await expect(run).rejects.toMatchObject({ syscall: 'chdir', path: '/nowhere', code: 'ENOENT' });
  });
});
