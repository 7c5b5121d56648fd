import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import type { Operation, Request } from '../harness/protocol.js';
import { listConf, singleConf } from './conf.js';
import { document } from './document.js';
import { oddVersion, version } from './domain.js';
import { oddKey } from './odd-values.js';
import { result } from './result.js';

/** Parsing of configurations. */
export const parseCases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 3, arbitrary: onDocument('parse-list', listConf) },
  { weight: 2, arbitrary: onDocument('parse-plugin', singleConf) },
  { weight: 1, arbitrary: onDocument('upconvert', singleConf) },
);

/** Values put into configurations. */
export const injectCases: fc.Arbitrary<Case> = fc
  .tuple(
    document(singleConf),
    fc.dictionary(fc.oneof(fc.constantFrom('name', 'cniVersion', 'prevResult', 'new'), oddKey), injected(), {
      maxKeys: 3,
    }),
  )
  .map(([bytes, values]) => single({ op: 'inject', bytes: bytes.toString('base64'), values }));

function injected(): fc.Arbitrary<unknown> {
  return fc.oneof(
    fc.constantFrom<unknown>('net', '1.0.0', { a: { b: [1, null] } }, null, '', 0, false, [], 1e21),
    fc.jsonValue({ maxDepth: 2 }),
  );
}

/** The target of a conversion is mostly a valid version, so that all conversions occur. */
const target = fc.oneof({ weight: 9, arbitrary: version }, { weight: 1, arbitrary: oddVersion });

/** Results parsed and converted. */
export const resultCases: fc.Arbitrary<Case> = fc.oneof(
  { weight: 1, arbitrary: onDocument('create-result', result) },
  {
    weight: 2,
    arbitrary: fc
      .tuple(document(result), target)
      .map(([bytes, to]) => single({ op: 'convert-result', bytes: bytes.toString('base64'), to })),
  },
);

function onDocument(op: Operation, valid: fc.Arbitrary<unknown>): fc.Arbitrary<Case> {
  return document(valid).map((bytes) => single({ op, bytes: bytes.toString('base64') }));
}

export function single(request: Request): Case {
  return { steps: [request] };
}
