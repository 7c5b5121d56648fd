import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canSandbox } from './drivers/sandbox.js';
import { type Contender, measureRounds } from './measure/rounds.js';
import { spreadOf } from './measure/statistics.js';
import { drawChart, type Point, type Series } from './report/svg-chart.js';
import { bareSpawn } from './suites/bare-spawn.js';
import { crowdContender } from './suites/crowd.js';
import { goContender, nodeContender, STARTERS } from './suites/plugin-runs.js';
import { type Bench, SMALL_HEAP_MIB } from './suites/suite.js';
import type { Figures } from './tasks/task.js';

const concurrencies = [1, 2, 5, 10, 20, 50, 100, 200];
const heaps = [50, 128, 256, 512, 1024];
const crowds = [1, 10, 100, 1000, 10_000];

/** Measures and draws the charts of docs/. @returns the paths of the files */
export async function drawCharts(bench: Bench, rounds: number): Promise<string[]> {
  return [
    writeChart('concurrency', {
      title: 'Time of one plugin run, by how many run at a time',
      xLabel: 'plugins at a time',
      yLabel: 'ms a run (median)',
      series: await measureSeries(concurrencies, rounds, (concurrency) => atConcurrency(bench, concurrency)),
    }),
    writeChart('heap', {
      title: 'How long one plugin run keeps the event loop busy, by the live heap',
      xLabel: 'MiB of live heap',
      yLabel: 'ms a run (median)',
      series: await measureSeries(heaps, rounds, (heapMib) => nodeContenders(bench, { heapMib }), 'busyMs'),
    }),
    ...(canSandbox() ? [await drawCrowd(bench, rounds)] : []),
  ];
}

/** The cost of an operator's work by number of attachments on the host. Each round measures all points. */
export async function drawCrowd(bench: Bench, rounds: number): Promise<string> {
  const lines = (['attach', 'detach'] as const).flatMap((kind) => [
    { line: kind, kind, ports: 0 },
    { line: `${kind}, a host port`, kind, ports: 1 },
  ]);
  const nameOf = (line: string, others: number) => `${line}, ${others}`;
  const measured = await measureRounds(
    crowds.flatMap((others) =>
      lines.map(({ line, ...work }) =>
        crowdContender(bench, { ...work, name: nameOf(line, others), others }),
      ),
    ),
    rounds,
  );
  const point = (line: string, x: number): Point => {
    const figures = measured.flatMap((round) => round.get(nameOf(line, x))?.wallMs ?? []);
    return { x, y: spreadOf(figures).median };
  };
  return writeChart('attachments', {
    title: 'Attach and detach of three plugins, by number of attachments on the host',
    xLabel: 'attachments on the host',
    yLabel: 'ms (median)',
    series: lines.map(({ line }) => ({ name: line, points: crowds.map((x) => point(line, x)) })),
  });
}

function writeChart(name: string, chart: Parameters<typeof drawChart>[0]): string {
  const file = fileURLToPath(new URL(`../docs/performance-${name}.svg`, import.meta.url));
  writeFileSync(file, drawChart(chart));
  return file;
}

/** The anchor has no concurrency: its line shows runs one after another. */
function atConcurrency(bench: Bench, concurrency: number): Contender[] {
  const node = nodeContenders(bench, { heapMib: SMALL_HEAP_MIB, concurrency });
  return [...node, ...goContender(bench, concurrency), bareSpawn(bench, bench.scale(1000))];
}

interface Setting {
  readonly heapMib: number;
  readonly concurrency?: number;
}

function nodeContenders(bench: Bench, setting: Setting): Contender[] {
  return Object.entries(STARTERS).map(([name, starter]) =>
    nodeContender(bench, { name, starter, ...setting }),
  );
}

async function measureSeries(
  places: readonly number[],
  rounds: number,
  contendersAt: (x: number) => Contender[],
  metric: keyof Figures = 'wallMs',
): Promise<Series[]> {
  const series = new Map<string, Point[]>();
  for (const x of places) {
    console.error(`chart: ${x}`);
    const contenders = contendersAt(x);
    const measured = await measureRounds(contenders, rounds);
    for (const { name } of contenders) {
      const figures = measured.flatMap((round) => round.get(name)?.[metric] ?? []);
      series.set(name, [...(series.get(name) ?? []), { x, y: spreadOf(figures).median }]);
    }
  }
  return [...series].map(([name, points]) => ({ name, points }));
}
