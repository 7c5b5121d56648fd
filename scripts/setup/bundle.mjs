// Bundles the library and the command into the folder in its argument, with the licences of bundled packages. The library
// does not include the dependencies of the package, only other imports of src. The command includes everything, so that it
// starts fast: libcni.cjs, and one file for each subcommand, loaded when it is used.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundleCommand } from './bundle-command.mjs';
import { bundledLicenses, bundledTranslations } from './bundle-contents.mjs';
import { withOwnClassNames } from './class-names.mjs';
import { projectFolder } from './project.mjs';

const folder = process.argv[2];
const { dependencies, version } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
const common = {
  absWorkingDir: projectFolder,
  outdir: folder,
  bundle: true,
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
};
/** Removing comments and indentation saves Node a quarter of the reading. Names and short lines stay, for stack traces. */
const smaller = { minifySyntax: true, minifyWhitespace: true, lineLimit: 120 };
const library = await build({
  ...common,
  entryPoints: ['src/index.ts'],
  ...smaller,
  external: Object.keys(dependencies),
});
/** It must not contain second copies of the library's classes. */
const asPackage = {
  name: 'library-as-package',
  setup: ({ onResolve }) =>
    onResolve({ filter: /^\.\.\/index\.js$/ }, () => ({ path: 'libcni', external: true })),
};
const testing = await build({
  ...common,
  entryPoints: { testing: 'src/testing/index.ts' },
  external: Object.keys(dependencies),
  plugins: [asPackage],
});
const command = await bundleCommand({
  ...common,
  define: { 'process.env.LIBCNI_COMMAND_VERSION': JSON.stringify(version) },
});

for (const name of ['index.js', 'testing.js']) {
  const file = join(folder, name);
  writeFileSync(file, withOwnClassNames(readFileSync(file, 'utf8')));
}

const metafiles = [library.metafile, testing.metafile, command.metafile];
const translations = metafiles.flatMap(bundledTranslations);
if (translations.length > 0) {
  const reason =
    "zod's translations are in a bundle; import zod as `import * as z from 'zod'` to leave them out";
  throw new Error(`${reason}:\n${translations.join('\n')}`);
}
const program = join(folder, 'libcni.cjs');
writeFileSync(join(folder, 'libcni.1'), execFileSync(process.execPath, [program, 'manual']));
writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), bundledLicenses(...metafiles));
