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
  ['cli', 'testing'],
];

// The floors of the operator, from the bottom up; what lies beside the folders is named by file.
const floors = [
  ['attachment-key.ts'],
  ['attachment.ts', 'set-aside-warning.ts', 'state-of-layers.ts', 'warning-collector.ts'],
  ['conf-store'],
  ['journal', 'locks', 'records'],
  ['request'],
  ['undo'],
  ['routes'],
  ['operator-options.ts', 'verbs'],
  ['parse-options.ts', 'parse-request.ts', 'operator.ts', 'work-under-way.ts'],
  ['index.ts'],
];

/** The folders that one of them must not import: its neighbours in the row, and every row above. */
function forbiddenTo(folder, rows, row) {
  const neighbours = rows[row].filter((other) => other !== folder && !other.endsWith('.ts'));
  return [...neighbours, ...rows.slice(row + 1).flat()];
}

/** A rule for each folder, and each file by its name, in the rows of `base`. */
function rulesOf(base, rows) {
  const inside = (name) => name.replace('.', '\\.') + (name.endsWith('.ts') ? '$' : '/');
  return rows.flatMap((folders, row) =>
    folders
      .map((folder) => ({ folder, forbidden: forbiddenTo(folder, rows, row) }))
      .filter(({ forbidden }) => forbidden.length > 0)
      .map(({ folder, forbidden }) => ({
        name: `${base.replace('/', '-')}-${folder}`,
        comment: `${base}/${folder} must not import from ${forbidden.join(', ')}.`,
        severity: 'error',
        from: { path: `^${base}/${inside(folder)}` },
        to: { path: `^${base}/(${forbidden.map(inside).join('|')})` },
      })),
  );
}

// Folders that others import by their index only. The command is not among the others: each of its programs loads
// no more than it needs, and starts the faster for it.
const closed = [
  'addresses',
  'etc',
  'netns',
  'operator',
  'network',
  'sandbox',
  'hook',
  'platform/locks',
  'platform/netns',
];

const byIndex = closed.map((folder) => ({
  name: `index-of-${folder.replace('/', '-')}`,
  comment: `What others use of src/${folder} is in its index.ts.`,
  severity: 'error',
  from: { path: '^src/', pathNot: `^src/(${folder}|cli)/` },
  to: { path: `^src/${folder}/`, pathNot: `^src/${folder}/index\\.ts$` },
}));

module.exports = {
  forbidden: [
    ...rulesOf('src', layers),
    ...rulesOf('src/operator', floors),
    ...byIndex,
    {
      name: 'known-floor',
      comment: 'Every file of the operator is on one of its floors.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^src/operator/', pathNot: `^src/operator/(${floors.flat().join('|')})` },
    },
    {
      name: 'operator-context',
      comment: 'Only the verbs and the face know the context; lower rooms take the values that they need.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/operator/(verbs/|operator\\.ts$)' },
      to: { path: '^src/operator/verbs/context\\.ts$' },
    },
    {
      name: 'known-layer',
      comment:
        'A folder of src belongs to a layer, and only src/index.ts lies beside the folders; testing uses what that exports.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/testing/' },
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
