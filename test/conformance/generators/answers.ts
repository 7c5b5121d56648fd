import fc from 'fast-check';
import type { CannedAnswer } from '../harness/stage.js';
import { PLUGIN_TYPES } from './conf.js';
import { document, mostlyValid } from './document.js';
import { oddVersion, VERSIONS, version } from './domain.js';
import { result } from './result.js';

const reported = fc.record(
  {
    cniVersion: version,
    code: fc.oneof(fc.nat(120), fc.constantFrom<unknown>(4294967295)),
    msg: fc.constantFrom('no such thing', '', 'unknown CNI_COMMAND: VERSION'),
    details: fc.constantFrom('details', ''),
  },
  { requiredKeys: ['code', 'msg'] },
);

const stderr = fc.constantFrom('', '', 'a warning\n');
const none = fc.constantFrom<string | Buffer>('', ' ', 'null', '{}', '[]', '"x"', '1', 'oops');

const failure = fc.record({
  exitCode: fc.constantFrom(1, 2, 255),
  stdout: fc.oneof({ weight: 3, arbitrary: mostlyValid(reported) }, document(reported), none),
  stderr,
});

const plainResult = fc.oneof(
  { weight: 4, arbitrary: mostlyValid(result) },
  { weight: 1, arbitrary: document(result) },
);

/** A result without a version has the version of the configuration. */
const withoutVersion = result.map((value) => JSON.stringify({ ...Object(value), cniVersion: undefined }));

const success = fc.record({
  exitCode: fc.constant(0),
  stdout: fc.oneof(
    { weight: 6, arbitrary: plainResult },
    { weight: 2, arbitrary: withoutVersion },
    { weight: 1, arbitrary: none },
    { weight: 1, arbitrary: mostlyValid(reported) },
  ),
  stderr,
});

const silent = fc.record({ exitCode: fc.constant(0), stdout: none, stderr });

const versionInfo = fc.record(
  {
    cniVersion: fc.oneof(version, oddVersion),
    supportedVersions: fc.oneof(
      { weight: 3, arbitrary: fc.constant([...VERSIONS]) },
      fc.array(fc.oneof(version, oddVersion, fc.constant(null)), { maxLength: 4 }),
    ),
  },
  { requiredKeys: ['cniVersion'] },
);

const failureWithoutExitCode = fc.record({
  exitCode: fc.constant(0),
  stdout: mostlyValid(reported),
  stderr,
});

const versionAnswer = fc.record({ exitCode: fc.constant(0), stdout: mostlyValid(versionInfo), stderr });

const byVerb = {
  ADD: fc.oneof({ weight: 8, arbitrary: success }, failure),
  CHECK: fc.oneof({ weight: 8, arbitrary: silent }, failure),
  DEL: fc.oneof({ weight: 8, arbitrary: silent }, failure),
  GC: fc.oneof({ weight: 4, arbitrary: silent }, failure),
  STATUS: fc.oneof({ weight: 4, arbitrary: silent }, failure),
  VERSION: fc.oneof(
    { weight: 6, arbitrary: versionAnswer },
    { weight: 1, arbitrary: failure },
    { weight: 1, arbitrary: silent },
    { weight: 1, arbitrary: failureWithoutExitCode },
  ),
};

const validResult = fc.oneof(
  result.map((value) => JSON.stringify(value)),
  withoutVersion,
);

const allVersions = version.map((cniVersion) =>
  JSON.stringify({ cniVersion, supportedVersions: [...VERSIONS] }),
);

/** The answer of a plugin that succeeds. */
const byVerbWhenWell = {
  ADD: fc.record({ exitCode: fc.constant(0), stdout: validResult, stderr }),
  CHECK: silent,
  DEL: silent,
  GC: silent,
  STATUS: silent,
  VERSION: fc.record({ exitCode: fc.constant(0), stdout: allVersions, stderr }),
};

type Verb = keyof typeof byVerb;
type Answer = Omit<CannedAnswer, 'verb' | 'type'>;

/** The answers of plugins to some verbs. A chain succeeds only if all of its plugins do, so in half of the cases all succeed. */
export function answersTo(verbs: readonly Verb[]): fc.Arbitrary<CannedAnswer[]> {
  return fc.oneof(
    fromEach(verbs, (verb) => byVerb[verb]),
    answersWhenWell(verbs),
  );
}

/** The answers of plugins that all succeed. */
export function answersWhenWell(verbs: readonly Verb[]): fc.Arbitrary<CannedAnswer[]> {
  return fromEach(verbs, (verb) => byVerbWhenWell[verb]);
}

function fromEach(
  verbs: readonly Verb[],
  answerTo: (verb: Verb) => fc.Arbitrary<Answer>,
): fc.Arbitrary<CannedAnswer[]> {
  const places = verbs.flatMap((verb) => PLUGIN_TYPES.map((type) => ({ verb, type })));
  return fc
    .tuple(...places.map(({ verb }) => answerTo(verb)))
    .map((answers) => answers.map((answer, index) => ({ verb: '', ...places[index], ...answer })));
}
