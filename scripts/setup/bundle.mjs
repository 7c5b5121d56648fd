// Bundles the library into index.js of the folder that its argument names, with the licences of what is in it. The
// package's dependencies stay outside; what src imports beyond them becomes a part of the bundle.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { bundledLicenses, bundledTranslations } from './bundle-contents.mjs';
import { projectFolder } from './project.mjs';

const folder = process.argv[2];
const { dependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
const { metafile } = await build({
  absWorkingDir: projectFolder,
  entryPoints: ['src/index.ts'],
  outfile: join(folder, 'index.js'),
  bundle: true,
  external: Object.keys(dependencies),
  format: 'esm',
  platform: 'node',
  target: 'node20',
  metafile: true,
});

const translations = bundledTranslations(metafile);
if (translations.length > 0) {
  const reason = "zod's translations are in the bundle; `import * as z from 'zod'` leaves them out";
  throw new Error(`${reason}:\n${translations.join('\n')}`);
}
writeFileSync(join(folder, 'THIRD-PARTY-LICENSES.txt'), bundledLicenses(metafile));
