import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, transform } from 'esbuild';
import { withOwnClassNames } from './class-names.mjs';
import { splitIndexes } from './split-indexes.mjs';

/** Keeps names, since `--debug` shows them. */
const smaller = { minifySyntax: true, minifyWhitespace: true };
const moduleUrl = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";

/**
 * Bundles the command: a first file, and one file for each subcommand, loaded when it is used. esbuild can only split
 * ECMAScript modules, so each file is then converted to CommonJS. Node reads CommonJS in fewer steps, and loads only those of
 * its own modules that are used.
 *
 * @param {import('esbuild').BuildOptions} common
 * @returns {Promise<import('esbuild').BuildResult<{ metafile: true }>>}
 */
export async function bundleCommand(common) {
  const result = await build({
    ...common,
    entryPoints: { libcni: 'src/cli/main.ts' },
    splitting: true,
    chunkNames: 'libcni-[name]-[hash]',
    outExtension: { '.js': '.cjs' },
    ...smaller,
    define: { ...common.define, 'import.meta.url': 'moduleUrl' },
    write: false,
    plugins: [splitIndexes()],
  });
  for (const { path, text } of result.outputFiles) await writeAsCommonJs(path, text, common);
  return result;
}

/**
 * @param {string} path
 * @param {string} text
 * @param {import('esbuild').BuildOptions} common
 */
async function writeAsCommonJs(path, text, { target, platform }) {
  const { code } = await transform(text, {
    format: 'cjs',
    target,
    platform,
    ...smaller,
    supported: { 'dynamic-import': false },
    ...(text.includes('moduleUrl') && { banner: moduleUrl }),
  });
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, withOwnClassNames(code));
  if (code.startsWith('#!')) chmodSync(path, 0o755);
}
