import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import { ROOT } from '../harness/stage.js';
import { single } from './cases-parse.js';
import { anyName, anyVersion, oddVersion, version } from './domain.js';

/** Names around the longest that an interface can have. */
const longName = fc.oneof(
  fc.stringMatching(/^[a-z0-9.-]{14,17}$/),
  fc.string({ unit: 'grapheme', minLength: 4, maxLength: 16 }),
);

const validated = fc
  .tuple(fc.constantFrom('container', 'network', 'interface'), fc.oneof(anyName, longName))
  .map(([kind, text]) => single({ op: 'validate-name', kind, text }));

const freeVersion = fc.stringMatching(/^[0-9+. -]{0,8}$/);

const versions = fc.oneof(
  fc.oneof(anyVersion, freeVersion).map((text) => single({ op: 'parse-version', text })),
  fc
    .tuple(fc.oneof(anyVersion, freeVersion), fc.oneof(version, oddVersion))
    .map(([text, to]) => single({ op: 'at-least', text, to })),
);

const argument = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.constantFrom('IgnoreUnknown', '1', 'K8S_POD_NAME', 'pod', 'a=b', ' ', 'é', '\ud800'),
  },
  { weight: 1, arbitrary: fc.constantFrom('', ';', 'a;b', '\u0000') },
);

const stringified = fc
  .array(fc.tuple(argument, argument), { maxLength: 3 })
  .map((args) => single({ op: 'stringify', rt: { containerId: 'c1', netns: '', ifName: 'eth0', args } }));

const oddPluginName = fc.constantFrom(
  'absent',
  'folder',
  'pipe',
  '',
  '.',
  '..',
  'a/b',
  '../bin/bridge',
  '/bin/sh',
  ' ',
  'bridge ',
  'BRIDGE',
  'плагин',
  'bridge\u0000',
  'x'.repeat(300),
);

const pluginName = fc.oneof(fc.constantFrom('bridge', 'tuning'), oddPluginName);

const pluginFolder = fc.constantFrom(
  `${ROOT}/bin`,
  `${ROOT}/bin`,
  `${ROOT}/bin/`,
  `${ROOT}//bin/../bin`,
  `${ROOT}/other`,
  `${ROOT}/absent`,
  `${ROOT}/file`,
  '',
);

const found = fc.tuple(pluginName, fc.array(pluginFolder, { maxLength: 3 })).map(
  ([plugin, path]): Case => ({
    stage: {
      plugins: ['bridge', 'плагин', 'bridge '],
      files: { 'other/tuning': '', 'other/bridge': '', file: '' },
      folders: ['bin/folder', 'other/folder'],
    },
    steps: [{ op: 'find', plugin, path }],
  }),
);

/** Names, versions, arguments and the search for plugins. */
export const nameCases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 4, arbitrary: validated },
  { weight: 2, arbitrary: versions },
  { weight: 1, arbitrary: stringified },
  { weight: 3, arbitrary: found },
);
