import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { build, type Metafile } from 'esbuild';
import { expect, it } from 'vitest';
import { bundledLicenses, bundledTranslations } from '../../scripts/setup/bundle-contents.mjs';

const projectFolder = fileURLToPath(new URL('../..', import.meta.url));

async function bundle(program: string): Promise<Metafile> {
  const { metafile } = await build({
    absWorkingDir: projectFolder,
    stdin: { contents: program, resolveDir: projectFolder },
    bundle: true,
    format: 'esm',
    platform: 'node',
    write: false,
    metafile: true,
  });
  return metafile;
}

it('the translations that come with an import of `z` by name are seen', async () => {
  const metafile = await bundle(`import { z } from 'zod'; console.log(z.string().parse('text'));`);

  expect(bundledTranslations(metafile).some((file) => file.endsWith('zod/v4/locales/fr.js'))).toBe(true);
});

it('zod is bundled without translations where it is imported as a namespace', async () => {
  const metafile = await bundle(`import * as z from 'zod'; console.log(z.string().parse('text'));`);

  expect(bundledTranslations(metafile)).toEqual([]);
});

it('the licence of a bundled package is there whole, under its name', async () => {
  const metafile = await bundle(`import * as z from 'zod'; console.log(z.string().parse('text'));`);

  const licenses = bundledLicenses(metafile);

  expect(licenses).toMatch(/^zod \d+\.\d+\.\d+$/m);
  expect(licenses).toContain(await readFile(`${projectFolder}/node_modules/zod/LICENSE`, 'utf8'));
});

it('a package of which nothing is used is not among the licences', async () => {
  const metafile = await bundle(`import * as z from 'zod'; console.log('text');`);

  expect(bundledLicenses(metafile)).not.toContain('zod');
});
