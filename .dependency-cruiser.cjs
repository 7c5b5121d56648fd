// The layers, from the bottom up. A layer imports from those under it only; two folders in one row do not
// know each other.
const layers = [
  ['errors', 'addresses'],
  ['arguments'],
  ['files'],
  ['platform'],
  ['etc', 'libcni', 'netns'],
  ['operator'],
  ['network'],
  ['sandbox'],
  ['hook'],
  ['cli'],
];

/** The folders that one of them must not import: its neighbours in the row, and every row above. */
function forbiddenTo(folder, row) {
  const neighbours = layers[row].filter((other) => other !== folder);
  return [...neighbours, ...layers.slice(row + 1).flat()];
}

const layering = layers.flatMap((folders, row) =>
  folders
    .map((folder) => ({ folder, forbidden: forbiddenTo(folder, row) }))
    .filter(({ forbidden }) => forbidden.length > 0)
    .map(({ folder, forbidden }) => ({
      name: `layer-${folder}`,
      comment: `src/${folder} must not import from ${forbidden.join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(${forbidden.join('|')})/` },
    })),
);

module.exports = {
  forbidden: [
    ...layering,
    {
      name: 'known-layer',
      comment: 'A folder of src belongs to a layer, and only src/index.ts lies beside the folders.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/', pathNot: [`^src/(${layers.flat().join('|')})/`] },
    },
    {
      name: 'state-files',
      comment:
        'Files of cache, journal, locks and notes are opened by src/files alone; conf-store reads configurations.',
      severity: 'error',
      from: {
        path: '^src/(libcni/cache|operator)/',
        pathNot: '^src/operator/(conf-store/|verbs/(status|vendor-folders)\\.ts)',
      },
      to: { path: '^(node:)?fs(/promises)?$|node_modules/fs-extra/' },
    },
    {
      name: 'no-cycle',
      comment: 'Files that need each other cannot be read one at a time.',
      severity: 'error',
      from: { path: '^src/' },
      to: { circular: true },
    },
    {
      name: 'nothing-from-outside',
      comment: 'The library does not use its tests, examples, benches or scripts.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|examples|bench|scripts)/' },
    },
    {
      name: 'declared-dependency',
      comment:
        'What the library imports is installed with it; the command has all that it runs in its bundle.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/cli/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'resolvable',
      comment: 'The import leads nowhere.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'types', 'node', 'default'],
      mainFields: ['module', 'main', 'types'],
    },
  },
};
