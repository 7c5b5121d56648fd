import { readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { projectFolder } from './project.mjs';

/**
 * The licences of the packages whose code is in the bundles, each under the package's name and version.
 *
 * @param {readonly import('esbuild').Metafile[]} metafiles
 */
export function bundledLicenses(...metafiles) {
  const folders = metafiles.flatMap(bundledFiles).map(packageFolder);
  const licenses = [...new Set(folders)].filter(Boolean).sort().map(licenseOf);
  return `The files in dist contain code of these packages.\n\n${licenses.join('\n')}`;
}

/**
 * The translations of zod that are in a bundle, without the English one, which its messages need.
 *
 * @param {import('esbuild').Metafile} metafile
 */
export function bundledTranslations(metafile) {
  return bundledFiles(metafile).filter(
    (file) => file.includes('/zod/v4/locales/') && !file.endsWith('/en.js'),
  );
}

/**
 * @param {import('esbuild').Metafile} metafile
 * @returns {string[]}
 */
function bundledFiles({ outputs }) {
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs)
      .filter(([, { bytesInOutput }]) => bytesInOutput > 0)
      .map(([file]) => file),
  );
}

/** @param {string} file */
function packageFolder(file) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(file)?.[0];
}

/** @param {string} folder */
function licenseOf(folder) {
  const path = resolve(projectFolder, folder);
  const { name, version } = JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
  const file = readdirSync(path).find((entry) => /^licen[cs]e/i.test(entry));
  if (file === undefined) throw new Error(`the package ${name} has no licence file`);
  return `${name} ${version}\n\n${readFileSync(join(path, file), 'utf8')}`;
}
