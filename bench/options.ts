import { parseArgs } from 'node:util';

/** The options of the command line. */
export interface BenchOptions {
  /** A smoke test: few runs, two rounds. */
  readonly quick: boolean;
  /** Print raw figures instead of the table. */
  readonly json: boolean;
  /** Draw the charts of docs/ instead. */
  readonly chart: boolean;
  /** The ids of the suites to run; empty means all. */
  readonly only: readonly string[];
  readonly rounds: number;
}

/** The ids of all suites, in the order of the table. */
export const SUITES = [
  ...(['plugin', 'plugin-100', 'heap', 'list', 'list-100', 'list-heap', 'list-memory'] as const),
  ...([
    'list-real',
    'pods',
    'validate',
    'conf',
    'attachments',
    'gc',
    'networks',
    'cri',
    'request',
    'crowd',
    'ports',
    'gc-dry-run',
    'fresh',
    'large-results',
    'operator',
    'import',
    'command',
  ] as const),
];

/** A value of `--only`. */
export type SuiteId = (typeof SUITES)[number];

export const USAGE = `npm run bench -- [--quick] [--json] [--chart] [--rounds N] [--only SUITE]...
suites: ${SUITES.join(' ')}`;

/** Reads the command line. @throws Error with a message for the user */
export function readOptions(args: string[]): BenchOptions {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
      chart: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      rounds: { type: 'string' },
    },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 2 : 7));
  if (!Number.isInteger(rounds) || rounds < 1)
    throw new Error('--rounds must be a whole number of at least 1');
  const unknown = values.only.filter((id) => !SUITES.some((suite) => suite === id));
  if (unknown.length > 0) throw new Error(`there is no suite ${unknown.join(' or ')}`);
  return { ...values, rounds };
}
