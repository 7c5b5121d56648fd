import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { build, transform } from 'esbuild';
import { withOwnClassNames } from './class-names.mjs';
import { splitIndexes } from './split-indexes.mjs';

/** Names stay as they are, for what `--debug` shows. */
const smaller = { minifySyntax: true, minifyWhitespace: true };
const moduleUrl = "const moduleUrl = require('node:url').pathToFileURL(__filename).href;";

/**
 * Bundles the command: its first file, and one for what each subcommand loads when it is used. esbuild splits ECMAScript
 * modules only, so each file is made CommonJS after that: Node reads those in fewer steps, and loads of its own modules only
 * what is used.
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
