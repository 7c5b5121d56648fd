import { ROOT } from '../harness/stage.js';
import {
  attachment,
  base64,
  type Example,
  entryWith,
  NET,
  one,
  plugins,
  value,
  verb,
  withEntry,
} from './example.js';
import { sizes } from './examples-of-sizes.js';

const OTHER_VERSION = NET.replace('1.1.0', '1.1.1');
const deep = `{"type":"a","own":${'['.repeat(1100)}${']'.repeat(1100)}}`;
const deepError = `{"deep":${'['.repeat(10_000)}${']'.repeat(10_000)},"code":50,"msg":"not now"}`;
const hugeCode = '{"code":9223372036854775807,"msg":"not now"}';
const longId = 'x'.repeat(250);

/** Differences in how texts are read. */
const reading: readonly Example[] = [
  {
    name: 'invalid-utf8',
    given: one({ op: 'parse-plugin', bytes: base64(Buffer.from('{"type":"a","own":"\xff"}', 'latin1')) }),
    of: (seen) => Object(value(seen)).bytes,
    go: base64(Buffer.from('{"type":"a","own":"\xff"}', 'latin1')),
    ours: base64('{"type":"a","own":"\ufffd"}'),
  },
  {
    name: 'duplicate-keys',
    given: one({ op: 'parse-plugin', bytes: base64('{"type":5,"type":"a"}') }),
    go: 'error',
    ours: 'ok',
  },
  {
    name: 'spellings-of-a-key',
    given: one({ op: 'parse-plugin', bytes: base64('{"TYPE":5,"type":"a"}') }),
    go: 'error',
    ours: 'ok',
  },
  {
    name: 'integers-in-other-notations',
    given: one({
      op: 'create-result',
      bytes: base64('{"cniVersion":"1.0.0","interfaces":[{"name":"a","mtu":1.5e3}]}'),
    }),
    of: (seen) => Object(value(seen)).interfaces,
    go: undefined,
    ours: [{ name: 'a', mtu: 1500 }],
  },
  {
    name: 'integers-beyond-2-53',
    given: one({
      op: 'create-result',
      bytes: base64('{"cniVersion":"1.0.0","interfaces":[{"name":"a","mtu":9007199254740993}]}'),
    }),
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'integers-beyond-2-53',
    given: {
      stage: { plugins, answers: [{ verb: 'STATUS', exitCode: 1, stdout: hugeCode, stderr: '' }] },
      steps: [verb('status')],
    },
    of: ({ answer }) => answer.kind,
    go: 'reported',
    ours: 'plugin-failed',
  },
  { name: 'nesting-limit', given: one({ op: 'parse-plugin', bytes: base64(deep) }), go: 'ok', ours: 'error' },
  {
    name: 'nesting-limit',
    given: {
      stage: { plugins, answers: [{ verb: 'STATUS', exitCode: 1, stdout: deepError, stderr: '' }] },
      steps: [verb('status')],
    },
    of: ({ answer }) => answer.kind,
    go: 'plugin-failed',
    ours: 'reported',
  },
  {
    name: 'number-out-of-range',
    given: withEntry(entryWith('"result":{"own":1e400}'), 'attachments'),
    of: (seen) => Object(value(seen)).length,
    go: 0,
    ours: 1,
  },
  {
    name: 'drop-in-folder-names',
    given: {
      stage: { files: { 'net.d/1.conflist': '{"name":"../other"}', 'other/1.conf': '{"type":"bridge"}' } },
      steps: [{ op: 'list-from-file', file: `${ROOT}/net.d/1.conflist` }],
    },
    go: 'ok',
    ours: 'error',
  },
];

/** Differences in what comes out. */
const yielding: readonly Example[] = [
  {
    name: 'unknown-result-keys',
    given: one({ op: 'create-result', bytes: base64('{"cniVersion":"1.0.0","own":1}') }),
    of: value,
    go: { cniVersion: '1.0.0' },
    ours: { cniVersion: '1.0.0', own: 1 },
  },
  {
    name: 'json-spelling',
    given: one({ op: 'upconvert', bytes: base64('{"name":"n","type":"<"}') }),
    of: (seen) => Object(value(seen)).bytes,
    go: base64('{"cniVersion":"","name":"n","plugins":[{"name":"n","type":"\\u003c"}]}'),
    ours: base64('{"cniVersion":"","name":"n","plugins":[{"name":"n","type":"<"}]}'),
  },
  {
    name: 'lone-surrogates',
    given: one({ op: 'stringify', rt: { ...attachment, args: [['a', '\ud800']] } }),
    of: value,
    go: 'a=\ufffd',
    ours: 'a=\ud800',
  },
  {
    name: 'null-in-result-lists',
    given: one({ op: 'convert-result', to: '0.2.0', bytes: base64('{"cniVersion":"0.4.0","ips":[null]}') }),
    go: 'panic',
    ours: 'error',
  },
  {
    name: 'missing-address',
    given: one({ op: 'create-result', bytes: base64('{"cniVersion":"1.0.0","ips":[{}]}') }),
    of: (seen) => Object(value(seen)).ips,
    go: [{ address: '<nil>' }],
    ours: undefined,
  },
];

/** Differences in what verbs do. */
const acting: readonly Example[] = [
  {
    name: 'names-on-every-verb',
    given: { stage: { plugins }, steps: [verb('status', NET.replace('net', '../net'))] },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 1],
    ours: ['error', 0],
  },
  {
    name: 'no-plugins',
    given: { stage: { plugins }, steps: [verb('add', '{"cniVersion":"1.0.0","name":"net"}')] },
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'ambiguous-arguments',
    given: one({ op: 'stringify', rt: { ...attachment, args: [['a', '1;b=2']] } }),
    of: value,
    go: 'a=1;b=2',
    ours: undefined,
  },
  {
    name: 'ambiguous-arguments',
    given: {
      stage: { plugins },
      steps: [
        {
          ...verb('del'),
          rt: {
            ...attachment,
            args: [
              ['a', '1\0'],
              ['b', '2'],
            ],
          },
        },
      ],
    },
    of: ({ answer, runs }) => [answer.outcome, runs.map(({ env }) => env.CNI_ARGS)],
    go: ['error', []],
    ours: ['ok', ['b=2']],
  },
  {
    name: 'port-mappings-without-protocol',
    given: {
      stage: { plugins },
      steps: [
        {
          ...verb(
            'del',
            NET.replace('{"type":"bridge"}', '{"type":"bridge","capabilities":{"portMappings":true}}'),
          ),
          rt: { ...attachment, capabilityArgs: { portMappings: [{ hostPort: 80, containerPort: 80 }] } },
        },
      ],
    },
    of: ({ runs }) => Object(runs[0]?.stdin).runtimeConfig?.portMappings,
    go: [{ hostPort: 80, containerPort: 80 }],
    ours: [{ hostPort: 80, containerPort: 80, protocol: 'tcp' }],
  },
  {
    name: 'gc-without-arguments',
    given: { stage: { plugins }, steps: [verb('add'), verb('gc')] },
    of: ({ runs }) => runs.map(({ env }) => env.CNI_COMMAND),
    go: ['DEL', 'GC'],
    ours: [],
  },
  {
    name: 'file-name-too-long',
    given: { stage: { plugins }, steps: [{ ...verb('add'), rt: { ...attachment, containerId: longId } }] },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['error', 1],
    ours: ['error', 0],
  },
  {
    name: 'nul-in-interface-name',
    given: one({ op: 'validate-name', kind: 'interface', text: 'a\0' }),
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'nul-in-paths-and-traces',
    given: { stage: { plugins }, steps: [{ ...verb('add'), cacheDir: `${ROOT}/ca\0che` }] },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['error', 1],
    ours: ['error', 0],
  },
  {
    name: 'nul-in-paths-and-traces',
    given: { stage: { plugins }, steps: [{ ...verb('attachments'), path: [`${ROOT}/b\0in`] }] },
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'nul-in-paths-and-traces',
    given: {
      stage: { plugins },
      steps: [{ ...verb('status'), trace: { traceparent: '', baggage: 'a=\0' } }],
    },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 1],
    ours: ['error', 0],
  },
  {
    name: 'record-of-another-attachment',
    given: {
      stage: {
        plugins,
        files: {
          'cache/results/net-c1-eth0': JSON.stringify({
            kind: 'cniCacheV1',
            containerId: 'c1-eth0',
            ifName: 'x',
            networkName: 'net',
            config: base64(NET),
            result: { cniVersion: '1.0.0' },
          }),
        },
      },
      steps: [verb('add')],
    },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 1],
    ours: ['error', 0],
  },
  {
    name: 'invalid-version',
    given: { stage: { plugins }, steps: [verb('add', NET.replace('1.1.0', 'newest'))] },
    of: ({ runs }) => runs.length,
    go: 1,
    ours: 0,
  },
  {
    name: 'invalid-version',
    given: { stage: { plugins }, steps: [verb('status', NET.replace('1.1.0', 'newest'))] },
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'error-with-exit-code-0',
    given: {
      stage: {
        plugins,
        answers: [{ verb: 'ADD', exitCode: 0, stdout: '{"code":11,"msg":"try later"}', stderr: '' }],
      },
      steps: [verb('add')],
    },
    of: ({ answer }) => answer.reported ?? answer.outcome,
    go: 'ok',
    ours: { code: 11, msg: 'try later' },
  },
  {
    name: 'error-with-exit-code-0',
    given: {
      stage: {
        plugins,
        answers: [
          {
            verb: 'VERSION',
            exitCode: 0,
            stdout: '{"cniVersion":"1.1.0","code":4,"msg":"unknown CNI_COMMAND: VERSION"}',
            stderr: '',
          },
        ],
      },
      steps: [verb('validate', NET.replace('1.1.0', '0.1.0'))],
    },
    go: 'error',
    ours: 'ok',
  },
  {
    name: 'null-among-versions',
    given: {
      stage: {
        plugins,
        answers: [
          {
            verb: 'VERSION',
            exitCode: 0,
            stdout: '{"cniVersion":"1.1.0","supportedVersions":["1.1.0",null]}',
            stderr: '',
          },
        ],
      },
      steps: [verb('validate')],
    },
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'empty-error-object',
    given: {
      stage: { plugins, answers: [{ verb: 'DEL', exitCode: 1, stdout: 'null', stderr: '' }] },
      steps: [verb('del')],
    },
    of: ({ answer }) => [answer.outcome, answer.kind],
    go: ['error', 'reported'],
    ours: ['error', 'plugin-failed'],
  },
];

/** Differences in what is made of the cache. */
const caching: readonly Example[] = [
  {
    name: 'unreadable-entry-set-aside',
    given: withEntry('{', 'del'),
    of: ({ files }) => Object.keys(files).map((path) => path.replace(/\d{10,}$/, 'TIME')),
    go: [],
    ours: ['unreadable/net-c1-eth0.TIME'],
  },
  {
    name: 'entry-kept-until-del-succeeds',
    given: {
      stage: {
        plugins,
        answers: [
          { verb: 'ADD', exitCode: 0, stdout: '{"cniVersion":"1.0.0"}', stderr: '' },
          { verb: 'DEL', exitCode: 1, stdout: '', stderr: 'no' },
        ],
      },
      steps: [verb('add', OTHER_VERSION), verb('del', OTHER_VERSION)],
    },
    of: ({ answer, files }) => [answer.outcome, Object.keys(files)],
    go: ['error', []],
    ours: ['error', ['results/net-c1-eth0']],
  },
  {
    name: 'isulad-entries',
    given: withEntry(entryWith('"result":{}').replace('"config":""', '"config":"{ }"'), 'cached-config'),
    of: (seen) => Object(value(seen)).config,
    go: undefined,
    ours: base64('{ }'),
  },
  {
    name: 'entry-read-as-empty-result',
    given: withEntry('{"kind":"other"}', 'cached-result'),
    of: value,
    go: { cniVersion: '1.1.0' },
    ours: undefined,
  },
  {
    name: 'unreadable-cache',
    given: {
      stage: { plugins, files: { 'cache/results': '' } },
      steps: [{ ...verb('gc'), gc: { validAttachments: [] } }],
    },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 0],
    ours: ['error', 0],
  },
  {
    name: 'unreadable-cache',
    given: { stage: { plugins, folders: ['cache/results/net-c1-eth0'] }, steps: [verb('check')] },
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 1],
    ours: ['error', 0],
  },
  {
    name: 'trace-context-as-given',
    given: {
      stage: { plugins },
      steps: [
        {
          ...verb('status'),
          trace: { traceparent: 'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01' },
        },
      ],
    },
    of: ({ runs }) => runs[0]?.env.TRACEPARENT,
    go: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
    ours: 'cc-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01',
  },
];

/** At least one for each difference that both libraries can show by a step. */
export const examples: readonly Example[] = [...reading, ...sizes, ...yielding, ...acting, ...caching];
