// Bundles the library and the command into the folder that its argument names, with the licences of what is in them.
// The library leaves the package's dependencies outside; what src imports beyond them becomes a part of it. The command
// has all that it runs, so that it starts fast: libcni.js, and a file for what each subcommand loads when it is used.
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledLicenses, bundledTranslations } from './bundle-contents.mjs';
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
const library = await build({
  ...common,
  entryPoints: ['src/index.ts'],
  external: Object.keys(dependencies),
});
const command = await build({
  ...common,
  entryPoints: { libcni: 'src/cli/main.ts' },
  splitting: true,
  chunkNames: 'libcni-[name]-[hash]',
  minifySyntax: true,
  minifyWhitespace: true,
  define: { 'process.env.LIBCNI_COMMAND_VERSION': JSON.stringify(version) },
  // Some packages are CommonJS, and call for Node's own modules by `require`.
  banner: {
    js: "import { createRequire as _require } from 'node:module'; const require = _require(import.meta.url);",
  },
});

const metafiles = [library.metafile, command.metafile];
const translations = metafiles.flatMap(bundledTranslations);
if (translations.length > 0) {
  const reason = "zod's translations are in a bundle; `import * as z from 'zod'` leaves them out";
  throw new Error(`${reason}:\n${translations.join('\n')}`);
}
const program = join(folder, 'libcni.js');
chmodSync(program, 0o755);
writeFileSync(join(folder, 'libcni.1'), execFileSync(process.execPath, [program, 'manual']));
writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), bundledLicenses(...metafiles));
