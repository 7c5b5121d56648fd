import { readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { architectures } from './architectures.mjs';
import { expect } from './expect.mjs';

const required = [
  'package.json',
  'README.md',
  'CONTRIBUTING.md',
  'CHANGELOG.md',
  'LICENSE',
  'dist/index.js',
  'dist/index.d.ts',
  'dist/testing.js',
  'dist/testing.d.ts',
  'dist/libcni.cjs',
  'dist/libcni.1',
  'dist/THIRD-PARTY-LICENSES.txt',
  'native/Makefile',
  'native/PROTOCOL.md',
  ...architectures.map(({ node }) => `prebuilds/linux-${node}/cni-helper`),
];

const allowed = [
  /^(package\.json|README\.md|CONTRIBUTING\.md|CHANGELOG\.md|LICENSE)$/,
  /^dist\/((index|testing)\.(js|d\.ts)|libcni(-[\w-]+)?\.cjs|libcni\.1|THIRD-PARTY-LICENSES\.txt)$/,
  /^docs\/[\w-]+\.(md|svg)$/,
  /^examples\/([\w-]+\/)*[\w.-]+$/,
  /^native\/([^/]+\.[ch]|Makefile|PROTOCOL\.md)$/,
  /^prebuilds\/linux-(x64|arm64)\/cni-helper$/,
];

/**
 * The package has all required files, the complete source of the helper, all guides and examples, and nothing else.
 *
 * @param {string} folder the unpacked package
 * @param {string} project the checkout, where the sources come from
 */
export function checkFiles(folder, project) {
  const files = listFiles(folder);
  const whole = (name, pattern) => readdirSync(join(project, name)).filter((file) => pattern.test(file));
  const sources = whole('native', /\.[ch]$/).map((name) => `native/${name}`);
  const guides = whole('docs', /\.md$/).map((name) => `docs/${name}`);
  const examples = whole('examples', /\.ts$/).map((name) => `examples/${name}`);
  const wanted = [...required, ...sources, ...guides, ...examples];
  const missing = wanted.filter((file) => !files.includes(file));
  expect(missing.length === 0, `The package lacks ${missing.join(', ')}`);
  const foreign = files.filter((file) => !allowed.some((pattern) => pattern.test(file)));
  expect(foreign.length === 0, `The package has unexpected files: ${foreign.join(', ')}`);
  return `${files.length} files`;
}

/** @param {string} folder */
function listFiles(folder) {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => relative(folder, join(entry.parentPath ?? entry.path, entry.name)));
}
