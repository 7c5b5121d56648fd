import { readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

const importFromIndex = /import \{([^}]*)\} from '([^']*\/index\.js)';/g;
const exportFrom = /export (?:type )?\{([^}]*)\} from '([^']*)';/g;

/**
 * Makes esbuild treat imports from an index as imports from the files behind it. esbuild splits code by imports, and an
 * index imports its whole folder.
 *
 * @returns {import('esbuild').Plugin}
 */
export function splitIndexes() {
  return {
    name: 'split-indexes',
    setup({ onLoad }) {
      onLoad({ filter: /\/src\/.*\.ts$/ }, ({ path }) => ({
        contents: readFileSync(path, 'utf8').replace(importFromIndex, (_, names, index) =>
          namesIn(names)
            .map((name) => importOf(name, resolve(dirname(path), index)))
            .join(' '),
        ),
        loader: 'ts',
      }));
    },
  };
}

/**
 * @param {string} list of an import or export
 * @returns {{ name: string, as: string }[]} without types
 */
function namesIn(list) {
  return list
    .split(',')
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '' && !entry.startsWith('type '))
    .map((entry) => {
      const [name = '', as = name] = entry.split(' as ');
      return { name, as };
    });
}

/**
 * @param {{ name: string, as: string }} wanted
 * @param {string} index
 */
function importOf({ name, as }, index) {
  const place = placeOf(name, index);
  return `import { ${place.name} as ${as} } from ${JSON.stringify(place.file)};`;
}

/**
 * @param {string} wanted
 * @param {string} file
 * @returns {{ name: string, file: string }} where it is made, or the file itself
 */
function placeOf(wanted, file) {
  if (!file.endsWith('/index.js')) return { name: wanted, file };
  const text = readFileSync(file.replace(/\.js$/, '.ts'), 'utf8');
  for (const [, names = '', from = ''] of text.matchAll(exportFrom)) {
    const found = namesIn(names).find(({ as }) => as === wanted);
    if (found !== undefined) return placeOf(found.name, resolve(dirname(file), from));
  }
  return { name: wanted, file };
}
