import { mkdir, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CNIConfig, findInPath } from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

describe('finding a plugin', () => {
  it('takes the first regular file of the name', async () => {
    const other = join(plugins.folder.root, 'other');
    await mkdir(join(other, 'p'), { recursive: true });
    const file = await plugins.folder.add('p');
    expect(await findInPath('p', [other, plugins.folder.bin])).toBe(file);
  });

  it('needs a name', async () => {
    await expect(findInPath('', [plugins.folder.bin])).rejects.toMatchObject({ code: 'ERR_CONF_INVALID' });
  });

  it.each(['a/b', '../x', '/bin/sh'])('refuses the name %s', async (name) => {
    await expect(findInPath(name, [plugins.folder.bin])).rejects.toMatchObject({
      code: 'ERR_CONF_INVALID',
      value: name,
    });
  });

  it('needs folders', async () => {
    await expect(findInPath('p', [])).rejects.toThrow(/list of plugin folders is empty/);
  });

  it('says what each folder has instead', async () => {
    await mkdir(join(plugins.folder.bin, 'p'));
    const error: Error = await findInPath('p', ['/nowhere', plugins.folder.bin]).catch((e) => e);
    expect(error).toMatchObject({ code: 'ERR_PLUGIN_NOT_FOUND', plugin: 'p' });
    expect(error.message).toContain('/nowhere/p: not there');
    expect(error.message).toContain('is a folder');
  });

  it.each([
    ['no plugin name', '', 'ERR_CONF_INVALID', 'no-plugin-name'],
    ['a name with a slash', 'a/b', 'ERR_CONF_INVALID', 'bad-plugin-name'],
    ['no folders', 'nofolder', 'ERR_PLUGIN_NOT_FOUND', 'no-plugin-folders'],
    ['a missing plugin', 'gone', 'ERR_PLUGIN_NOT_FOUND', 'plugin-missing'],
    ['a folder in its place', 'dir', 'ERR_PLUGIN_NOT_FOUND', 'plugin-is-folder'],
    ['a device in its place', 'null', 'ERR_PLUGIN_NOT_FOUND', 'plugin-not-a-file'],
    ['a path that is too long', 'p'.repeat(300), 'ERR_PLUGIN_NOT_FOUND', 'plugin-unreachable'],
  ])('in a verb: %s has its own reason and names its circumstances', async (_, type, code, reason) => {
    await mkdir(join(plugins.folder.bin, 'dir'));
    await symlink('/dev/null', join(plugins.folder.bin, 'null'));
    const path = reason === 'no-plugin-folders' ? [] : [plugins.folder.bin];
    const list = { ...listOfTypes(['x']), plugins: [{ network: { type }, bytes: '{}' }] };
    const cni = new CNIConfig({ path, cacheDir: plugins.folder.cacheDir });
    const error: Error = await cni.addNetworkList(list, rt).catch((e) => e);
    const where = { verb: 'ADD', network: 'net', containerId: 'c1', ifName: 'eth0' };
    expect(error).toMatchObject({ name: 'LibcniError', code, reason, plugin: type, ...where });
    for (const part of ['ADD', type, 'net', 'c1', 'eth0']) expect(error.message).toContain(part);
  });
});
