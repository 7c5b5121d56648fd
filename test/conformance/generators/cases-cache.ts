import fc from 'fast-check';
import type { Case } from '../harness/play.js';
import { ROOT } from '../harness/stage.js';
import { PLUGIN_TYPES } from './conf.js';
import { document, intact } from './document.js';
import { anyVersion } from './domain.js';
import { result } from './result.js';

const config = fc.constantFrom(
  '{"name":"net"}',
  '',
  'no JSON at all',
  '{"name":"net","cniVersion":"1.0.0","plugins":[{"type":"bridge"}]}',
);

/** The forms in which Go reads bytes, and some that it refuses. */
const bytes = fc.oneof(
  { weight: 8, arbitrary: config.map((text) => Buffer.from(text).toString('base64')) },
  {
    weight: 1,
    arbitrary: config.map((text) => Buffer.from(text).toString('base64').replace(/.{7}/g, '$&\r\n')),
  },
  { weight: 1, arbitrary: config.map((text) => [...Buffer.from(text)]) },
  { weight: 1, arbitrary: fc.array(fc.constantFrom(0, 123, 125, null, 256, '1'), { maxLength: 2 }) },
);

const entry = fc.record(
  {
    kind: fc.constant('cniCacheV1'),
    containerId: fc.constantFrom('c1', 'c2'),
    config: bytes,
    ifName: fc.constantFrom('eth0', ''),
    networkName: fc.constantFrom('net', 'other', ''),
    netns: fc.constantFrom('/run/netns/x', ''),
    cniArgs: fc.array(fc.tuple(fc.constantFrom('A', ''), fc.constantFrom('1', '')), { maxLength: 2 }),
    capabilityArgs: fc.dictionary(fc.constantFrom('mac', 'ips', '__proto__'), fc.jsonValue({ maxDepth: 1 }), {
      maxKeys: 2,
    }),
    result,
  },
  { requiredKeys: ['kind', 'containerId', 'config', 'ifName', 'networkName'] },
);

const content = fc.oneof(
  { weight: 3, arbitrary: intact(entry) },
  { weight: 6, arbitrary: document(entry) },
  { weight: 1, arbitrary: document(result) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', 'null', '[]', '{', '{"kind":"other"}').map((text) => Buffer.from(text)),
  },
);

const fileName = fc.constantFrom(
  'net-c1-eth0',
  'net-c1-eth0',
  'net-c2-eth0',
  'other-c1-eth0',
  'net-c1-',
  '-c1-eth0',
  'c1',
  'x-c1-y-c1-z',
);

const files = fc
  .array(fc.tuple(fileName, content), { minLength: 1, maxLength: 3 })
  .map((entries) => Object.fromEntries(entries.map(([name, bytes]) => [`cache/results/${name}`, bytes])));

const op = fc.constantFrom(
  'cached-result',
  'cached-result',
  'cached-config',
  'attachments',
  'check',
  'del',
  'gc',
);

/** A cache from another writer. */
export const cacheCases: fc.Arbitrary<Case> = fc
  .tuple(files, op, anyVersion, fc.constantFrom('c1', 'c1', ''))
  .map(([found, wanted, cniVersion, containerId]) => ({
    stage: { files: found, plugins: PLUGIN_TYPES },
    steps: [
      {
        op: wanted,
        bytes: Buffer.from(
          JSON.stringify({ name: 'net', cniVersion, plugins: [{ type: 'bridge' }] }),
        ).toString('base64'),
        rt: {
          containerId: wanted === 'attachments' ? containerId : 'c1',
          netns: '/run/netns/x',
          ifName: 'eth0',
        },
        path: [`${ROOT}/bin`],
        cacheDir: `${ROOT}/cache`,
        gc: { validAttachments: [{ containerId: 'c2', ifName: 'eth0' }] },
      },
    ],
  }));
