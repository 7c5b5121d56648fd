import { ROOT } from '../harness/stage.js';
import { type Example, entryWith, NET, plugins, value, verb, withEntry } from './example.js';

const MIB = 1024 * 1024;
const largeEntry = entryWith('"result":{"cniVersion":"1.1.0"}') + ' '.repeat(32 * MIB);
const result = '{"cniVersion":"1.1.0"}';

/** Differences in how large a string may be. */
export const sizes: readonly Example[] = [
  {
    name: 'conf-over-1-mib',
    given: {
      stage: { files: { 'net.conflist': NET + ' '.repeat(MIB) } },
      steps: [{ op: 'list-from-file', file: `${ROOT}/net.conflist` }],
    },
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'output-over-16-mib',
    given: {
      stage: {
        plugins,
        answers: [{ verb: 'ADD', exitCode: 0, stdout: result + ' '.repeat(16 * MIB), stderr: '' }],
      },
      steps: [verb('add')],
    },
    of: ({ answer, runs }) => [answer.outcome, answer.kind, runs.length],
    go: ['ok', undefined, 1],
    ours: ['error', 'other', 1],
  },
  {
    name: 'entry-over-32-mib',
    given: withEntry(largeEntry, 'attachments'),
    of: (seen) => Object(value(seen)).length,
    go: 1,
    ours: 0,
  },
  {
    name: 'entry-over-32-mib',
    given: withEntry(largeEntry, 'cached-result'),
    go: 'ok',
    ours: 'error',
  },
  {
    name: 'entry-over-32-mib',
    given: withEntry(largeEntry, 'check'),
    of: ({ answer, runs }) => [answer.outcome, runs.length],
    go: ['ok', 1],
    ours: ['error', 0],
  },
];
