// Runs pods with gVisor's runsc, which it builds with Go and keeps: npm run test:runsc [-- vitest's arguments]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from './setup/find-program.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportFound, reportWork } from './setup/report.mjs';
import { runQuietly } from './setup/run-quietly.mjs';
import { SetupFailure } from './setup/setup-failure.mjs';

/** The branch that `go build` can build; a release is the same code in another layout. */
const version = 'v0.0.0-20260905035102-160fafc42237';
const folder = join(projectFolder, '.setup/runsc', version);
const runsc = join(folder, 'runsc');

await runMain(() => {
  if (!buildRunsc()) return;
  const suite = [
    join(projectFolder, 'scripts/integration.mjs'),
    'test/integration/sandbox/runsc',
    ...process.argv.slice(2),
  ];
  const env = { ...process.env, RUNSC: runsc };
  process.exitCode = spawnSync(process.execPath, suite, { env, stdio: 'inherit' }).status ?? 1;
});

function buildRunsc() {
  if (existsSync(runsc)) reportFound('runsc', version);
  else if (findProgram('go') === undefined) reportMissingGo();
  else reportWork('runsc', `building ${version}`, build);
  return existsSync(runsc);
}

function build() {
  mkdirSync(folder, { recursive: true });
  runQuietly('go', ['install', `gvisor.dev/gvisor/runsc@${version}`], {
    env: { GOBIN: folder, CGO_ENABLED: '0' },
    hint: 'Go downloads it from the module proxy in GOPROXY.',
  });
}

/** Go is optional on a developer's machine, and required in CI. */
function reportMissingGo() {
  if (process.env.CI)
    throw new SetupFailure('runsc: Go is missing, and nothing may be skipped if CI is set.');
  reportFound('runsc', 'Go is missing, so nothing was run with it');
}
