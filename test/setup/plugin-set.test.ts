import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { choosePluginSet, pluginNames } from '../../scripts/integration/plugin-set.mjs';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'plugin-set-'));
});

afterEach(() => rmSync(root, { recursive: true }));

function folderOf(name: string, plugins: Readonly<Record<string, string>>): string {
  const folder = join(root, name);
  mkdirSync(folder);
  for (const [plugin, versions] of Object.entries(plugins)) {
    const file = join(folder, plugin);
    writeFileSync(file, `#!/bin/sh\necho '{"cniVersion":"1.0.0","supportedVersions":${versions}}'\n`);
    chmodSync(file, 0o755);
  }
  return folder;
}

function setOf(name: string, versions: string, more: Readonly<Record<string, string>> = {}): string {
  return folderOf(name, { ...Object.fromEntries(pluginNames.map((plugin) => [plugin, versions])), ...more });
}

const old = '["0.4.0","1.0.0"]';

test('a set is the first folder that has plugins, with the newest version that they support', () => {
  const [first, second] = [setOf('first', '["1.10.0","1.9.0"]'), setOf('second', old)];
  expect(choosePluginSet({ folders: ['/absent', first, second] })).toEqual({
    folder: first,
    cniVersion: '1.10.0',
  });
});

test('a plugin that is missing is not taken from the next folder', () => {
  const [some, all] = [folderOf('some', { bridge: old, tuning: old }), setOf('all', old)];
  expect(() => choosePluginSet({ folders: [some, all] })).toThrow(/\/some lacks host-local, .*loopback/);
});

test('plugins of several releases in one folder are refused', () => {
  const mixed = setOf('mixed', old, { portmap: '["1.0.0","1.1.0"]', vlan: '"none"' });
  expect(() => choosePluginSet({ folders: [mixed] })).toThrow(/portmap 1\.1\.0, vlan an unknown version/);
});

test('a set of an unexpected release does not count', () => {
  const [first, second] = [setOf('first', '["1.1.0"]'), setOf('second', old)];
  const folders = [first, second];
  expect(choosePluginSet({ folders, expected: '1.0.0' }).folder).toBe(second);
  expect(() => choosePluginSet({ folders: [first], expected: '1.0.0' })).toThrow(/first has 1\.1\.0/);
});

test('without any plugins the folders are named', () => {
  expect(() => choosePluginSet({ folders: ['/absent', root] })).toThrow(`/absent, ${root}`);
});
