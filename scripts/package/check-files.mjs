import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { architectures } from './architectures.mjs';
import { expect } from './expect.mjs';

const required = [
  'package.json',
  'README.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/libcni.js',
  'dist/libcni.1',
  'dist/THIRD-PARTY-LICENSES.txt',
  'native/Makefile',
  'native/PROTOCOL.md',
  ...architectures.map(({ node }) => `prebuilds/linux-${node}/cni-helper`),
];

const allowed = [
  /^(package\.json|README\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/(index\.(js|d\.ts)|libcni(-[\w-]+)?\.js|libcni\.1|THIRD-PARTY-LICENSES\.txt)$/,
  /^native\/([^/]+\.[ch]|Makefile|PROTOCOL\.md)$/,
  /^prebuilds\/linux-(x64|arm64)\/cni-helper$/,
];

/**
 * The package holds what it must, the helper's source whole, and nothing else.
 *
 * @param {string} folder the unpacked package
 * @param {string} nativeFolder where the helper's source comes from
 */
export function checkFiles(folder, nativeFolder) {
  const files = listFiles(folder);
  const sources = readdirSync(nativeFolder).filter((name) => /\.[ch]$/.test(name));
  const wanted = [...required, ...sources.map((name) => `native/${name}`)];
  const missing = wanted.filter((file) => !files.includes(file));
  expect(missing.length === 0, `The package lacks ${missing.join(', ')}`);
  const foreign = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
  expect(foreign.length === 0, `The package holds ${foreign.join(', ')}`);
  return `${files.length} files`;
}

/** @param {string} folder */
function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}
