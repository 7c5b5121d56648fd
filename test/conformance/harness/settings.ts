import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const DEFAULT_RUNS = 2400;

/** The number of cases in total. Each property gets a share of them. */
const runs = Number(process.env.CONFORMANCE_RUNS ?? DEFAULT_RUNS);

/** The seed of all generators; the command prints it. */
export const seed = Number(process.env.CONFORMANCE_SEED ?? 1);

/** How many cases a property gets, given its share of all cases in percent. */
export function runsFor(percent: number): number {
  return Math.max(1, Math.ceil((runs * percent) / 100));
}

/** What occurred in the cases of a property. */
export interface Report {
  readonly property: string;
  readonly cases: number;
  readonly differences: Readonly<Record<string, number>>;
  /** How often both libraries fulfilled each operation. */
  readonly fulfilled: Readonly<Record<string, number>>;
}

/** Writes a report to the folder where the command collects them. */
export function writeReport(report: Report): void {
  const folder = process.env.CONFORMANCE_REPORTS;
  if (!folder) return;
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${report.property.replaceAll(/\W+/g, '-')}.json`), JSON.stringify(report));
}
