import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_RUNS = 2400;

/** Cases in all, of which each property takes its share. */
const runs = Number(process.env.CONFORMANCE_RUNS ?? DEFAULT_RUNS);

/** The seed of all generators; the command prints it. */
export const seed = Number(process.env.CONFORMANCE_SEED ?? 1);

/** How many cases a property with this share of all, in percent, gets. */
export function runsFor(percent: number): number {
  return Math.max(1, Math.ceil((runs * percent) / 100));
}

/** What a property met. */
export interface Report {
  readonly property: string;
  readonly cases: number;
  readonly differences: Readonly<Record<string, number>>;
  /** How often each operation was fulfilled by both libraries. */
  readonly fulfilled: Readonly<Record<string, number>>;
}

/** Leaves a report where the command collects it. */
export function writeReport(report: Report): void {
  const folder = process.env.CONFORMANCE_REPORTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${report.property.replaceAll(/\W+/g, '-')}.json`), JSON.stringify(report));
}
