// Compares the library with Go libcni: npm run test:conformance [-- --runs N] [--seed N] [--update-golden]
// Further arguments go to vitest.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { differencesIn, findShortcomings } from './conformance/demands.mjs';
import { requireNewestReference } from './conformance/newest-release.mjs';
import { findProgram } from './setup/find-program.mjs';
import { isFresh } from './setup/freshness.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportFound, reportWork } from './setup/report.mjs';
import { runQuietly } from './setup/run-quietly.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

const folder = join(projectFolder, 'test/conformance');
const build = join(folder, 'oracle/build');
const usualRuns = '2400';
const compilers = ['musl-gcc', 'cc', 'gcc', 'clang'];

await runMain(() => {
  const go = findProgram('go');
  if (go === undefined) return reportMissingGo();
  if (process.env.CI) requireNewestReference(go, join(folder, 'oracle/go.mod'));
  buildOracle(go);
  buildRecorder();
  process.exitCode = runTests({ ...readOptions(process.argv.slice(2)), go });
});

/** Go is optional on a developer's machine, and required in CI. */
function reportMissingGo() {
  if (process.env.CI) throw new SetupFailure('Go is missing, and nothing may be skipped if CI is set.');
  process.stdout.write(
    'Go is missing, so nothing was compared. Install it (https://go.dev/dl) and run this again.\n',
  );
}

/** @param {string} go */
function buildOracle(go) {
  const sources = readdirSync(join(folder, 'oracle')).filter((name) => /\.(go|mod|sum)$/.test(name));
  if (
    isFresh(
      join(build, 'oracle'),
      sources.map((name) => join(folder, 'oracle', name)),
    )
  ) {
    return reportFound('oracle', 'up to date');
  }
  return reportWork('oracle', 'compiling it with Go libcni', () =>
    runQuietly(go, ['build', '-o', 'build/oracle', '.'], {
      cwd: join(folder, 'oracle'),
      hint: 'Go downloads the modules in go.sum from its configured module proxy.',
    }),
  );
}

function buildRecorder() {
  const source = join(folder, 'recorder/recorder.c');
  const output = join(build, 'recorder');
  if (isFresh(output, [source])) return reportFound('recorder', 'up to date');
  const compiler = compilers.find((name) => findProgram(name) !== undefined);
  if (compiler === undefined)
    throw new SetupFailure(`A C compiler is missing: one of ${compilers.join(', ')}.`);
  mkdirSync(build, { recursive: true });
  return reportWork('recorder', `compiling with ${compiler}`, () =>
    runQuietly(compiler, ['-O2', '-Wall', '-Wextra', '-static', '-s', '-o', output, source]),
  );
}

/** @param {string[]} args */
function readOptions(args) {
  const options = {
    runs: { type: 'string' },
    seed: { type: 'string' },
    'update-golden': { type: 'boolean' },
  };
  const { values, tokens } = parseArgs({
    args,
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const ours = tokens.filter((token) => token.kind === 'option' && Object.hasOwn(options, token.name));
  const taken = new Set(
    ours.flatMap(({ index, inlineValue, value }) => (value && !inlineValue ? [index, index + 1] : [index])),
  );
  return { ...values, rest: args.filter((_, index) => !taken.has(index)) };
}

/** @param {{ runs?: unknown, seed?: unknown, 'update-golden'?: unknown, rest: string[], go: string }} options */
function runTests({
  runs = usualRuns,
  seed = String(Math.floor(Math.random() * 2 ** 31)),
  rest,
  go,
  ...options
}) {
  const reports = mkdtempSync(join(tmpdir(), 'conformance-reports-'));
  const env = {
    ...process.env,
    CONFORMANCE_RUNS: checkNumber('--runs', runs),
    CONFORMANCE_SEED: checkNumber('--seed', seed),
    CONFORMANCE_REPORTS: reports,
    CONFORMANCE_GO: go,
    ...(options['update-golden'] && { CONFORMANCE_UPDATE_GOLDEN: '1' }),
  };
  process.stdout.write(
    `conformance: ${runs} cases, seed ${seed} (repeat with: --runs ${runs} --seed ${seed})\n`,
  );
  try {
    const vitest = join(projectFolder, 'node_modules/vitest/vitest.mjs');
    const args = [vitest, 'run', '--project', 'conformance', ...rest];
    const start = performance.now();
    const { status } = spawnSync(process.execPath, args, { cwd: projectFolder, env, stdio: 'inherit' });
    const seconds = (performance.now() - start) / 1000;
    const done = summarise(reports);
    if (process.env.CI && status === 0 && runs === usualRuns && rest.length === 0)
      demand({ ...done, seconds });
    return status ?? 1;
  } finally {
    rmSync(reports, { recursive: true });
  }
}

/**
 * In CI, the usual run must be large enough, and not so slow that people skip it.
 *
 * @param {{ cases: number, seconds: number, fulfilled: Readonly<Record<string, number>> }} run
 */
function demand(run) {
  const shortcomings = findShortcomings(run);
  if (shortcomings.length > 0) throw new SetupFailure(`conformance: ${shortcomings.join(' ')}`);
}

/**
 * @param {string} option
 * @param {unknown} value
 */
function checkNumber(option, value) {
  if (typeof value === 'string' && /^\d+$/.test(value)) return value;
  throw new SetupFailure(`${option} must be a whole number.`);
}

/**
 * Prints the outcome, and returns how many cases were compared and how often each operation succeeded.
 *
 * @param {string} folder of the reports
 */
function summarise(folder) {
  const reports = readdirSync(folder).map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')));
  const cases = reports.reduce((sum, report) => sum + report.cases, 0);
  const fulfilled = addUp(reports.map((report) => report.fulfilled));
  if (reports.length === 0) return { cases, fulfilled };
  const met = addUp(reports.map((report) => report.differences));
  process.stdout.write(`conformance: ${cases} cases agree; both libraries succeeded with:\n`);
  reportCounts(fulfilled);
  process.stdout.write('conformance: intended differences in these cases (docs/differences.md):\n');
  reportCounts(met);
  reportUnmet(new Set(Object.keys(met)));
  return { cases, fulfilled };
}

/** @param {Readonly<Record<string, number>>[]} counts */
function addUp(counts) {
  const sums = {};
  for (const [name, count] of counts.flatMap(Object.entries)) sums[name] = (sums[name] ?? 0) + count;
  return sums;
}

/** @param {Readonly<Record<string, number>>} counts by name */
function reportCounts(counts) {
  const lines = Object.entries(counts).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [name, count] of lines) process.stdout.write(`  ${String(count).padStart(6)}  ${name}\n`);
}

/** @param {ReadonlySet<string>} met */
function reportUnmet(met) {
  const known = differencesIn(readFileSync(join(projectFolder, 'docs/differences.md'), 'utf8'));
  const unmet = known.filter((name) => !met.has(name));
  process.stdout.write(
    `conformance: ${unmet.length} of ${known.length} differences did not occur in generated cases; only their examples show them: ${unmet.join(', ')}\n`,
  );
}
