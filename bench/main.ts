// Measures the library next to reference programs (anchors): `npm run bench -- [options]`.
import { cpus, loadavg } from 'node:os';
import { drawCharts } from './chart.js';
import { DriverPool } from './drivers/driver-pool.js';
import { compareRounds, type Line } from './measure/comparison.js';
import { measureRounds, type Round } from './measure/rounds.js';
import { type BenchOptions, readOptions, USAGE } from './options.js';
import { formatTable } from './report/table.js';
import { allSuites } from './suites/all-suites.js';
import type { Bench, Suite } from './suites/suite.js';
import { createWorkspace } from './workspace.js';

interface Measured {
  readonly suite: Suite;
  readonly rounds: readonly Round[];
}

// An interrupted bench leaves no folders either: they are removed when the process exits.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(1));

try {
  await main(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  console.error(USAGE);
  process.exitCode = 1;
}

async function main(options: BenchOptions): Promise<void> {
  if (options.chart) {
    console.log((await withBench(options, (bench) => drawCharts(bench, options.rounds))).join('\n'));
    return;
  }
  const measured = await measure(options);
  if (options.json) console.log(JSON.stringify(measured.map(rawFigures)));
  else console.log(formatTable(measured.flatMap(linesOf)));
}

async function measure(options: BenchOptions): Promise<Measured[]> {
  return await withBench(options, async (bench) => {
    const isWanted = ({ id }: Suite) => options.only.length === 0 || options.only.includes(id);
    const suites = allSuites(bench).filter(isWanted);
    if (suites.length === 0) throw new Error(`this machine cannot run ${options.only.join(' or ')}`);
    const measured: Measured[] = [];
    for (const suite of suites) {
      console.error(`${suite.id}: ${suite.contenders.map(({ name }) => name).join(', ')}`);
      measured.push({ suite, rounds: await measureRounds(suite.contenders, options.rounds) });
    }
    return measured;
  });
}

/** Removes everything that was made for the bench when it ends. */
async function withBench<Value>(
  options: BenchOptions,
  use: (bench: Bench) => Promise<Value>,
): Promise<Value> {
  using workspace = createWorkspace();
  await using pool = new DriverPool();
  const scale = (count: number) => (options.quick ? Math.ceil(count / 20) : count);
  describeMachine(options, workspace.programs.goAnchor !== undefined);
  return await use({ pool, workspace, scale });
}

function describeMachine({ rounds }: BenchOptions, hasGo: boolean): void {
  const load = loadavg()[0]?.toFixed(2);
  console.error(`${cpus().length} processors, load ${load}, Node ${process.version}, ${rounds} rounds`);
  if (!hasGo) console.error('Go is not installed, so nothing is compared with it');
}

function linesOf({ suite, rounds }: Measured): Line[] {
  return suite.comparisons.flatMap((comparison) => compareRounds(rounds, comparison));
}

function rawFigures({ suite, rounds }: Measured) {
  return { suite: suite.id, rounds: rounds.map((round) => Object.fromEntries(round)) };
}
