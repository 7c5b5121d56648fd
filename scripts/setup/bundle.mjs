// Bundles the library and the command into the folder that its argument names, with the licences of what is in them.
// The library leaves the package's dependencies outside; what src imports beyond them becomes a part of it. The command
// has all that it runs, so that it starts fast: libcni.cjs, and a file for what each subcommand loads when it is used.
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
/** Without comments and indents, Node has a quarter less to read. Names stay, and lines are short, for stack traces. */
const smaller = { minifySyntax: true, minifyWhitespace: true, lineLimit: 120 };
const library = await build({
  ...common,
  entryPoints: ['src/index.ts'],
  ...smaller,
  external: Object.keys(dependencies),
});
/** It must not have classes of its own beside those of the library. */
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
  const reason = "zod's translations are in a bundle; `import * as z from 'zod'` leaves them out";
  throw new Error(`${reason}:\n${translations.join('\n')}`);
}
const program = join(folder, 'libcni.cjs');
writeFileSync(join(folder, 'libcni.1'), execFileSync(process.execPath, [program, 'manual']));
writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), bundledLicenses(...metafiles));
