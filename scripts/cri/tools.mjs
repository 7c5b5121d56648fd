import { existsSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { projectFolder } from '../setup/project.mjs';
import { reportFound, reportWork } from '../setup/report.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';
import { SetupFailure } from '../setup/setup-failure.mjs';

const build = join(projectFolder, 'test/cri/build');
const release = 'v1.37.0';
const cri = 'k8s.io/cri-api@v0.37.0';
const module = 'sigs.k8s.io/cri-tools';
const env = { CGO_ENABLED: '0' };
const hint = 'Go asks its configured module proxy.';

/**
 * Kubelet's own tools for a container runtime, and the interface file that they were made with. They are built in a
 * separate module if they are missing. If Go is missing, prints that and returns `undefined`.
 *
 * @returns {{ crictl: string, critest: string, proto: string } | undefined}
 */
export function buildCriTools() {
  const [crictl, critest] = [join(build, 'bin/crictl'), join(build, 'bin/critest')];
  const go = findProgram('go');
  if (go === undefined) return reportMissingGo();
  if (![crictl, critest].every((program) => existsSync(program)))
    reportWork('cri-tools', `compiling crictl and critest ${release} with Go`, () =>
      compile(go, crictl, critest),
    );
  reportFound('cri-tools', release);
  return { crictl, critest, proto: fetchInterface(go) };
}

/**
 * The interface file of CRI, from its Go module.
 *
 * @param {string} go the program
 * @returns {string} its path
 */
export function fetchInterface(go) {
  const found = runQuietly(go, ['mod', 'download', '-json', cri], { cwd: tmpdir(), hint });
  return join(JSON.parse(found).Dir, 'pkg/apis/runtime/v1/api.proto');
}

function compile(go, crictl, critest) {
  const run = (...args) => runQuietly(go, args, { cwd: build, env, hint });
  mkdirSync(build, { recursive: true });
  if (!existsSync(join(build, 'go.mod'))) run('mod', 'init', 'cri-tools-build');
  run('get', `${module}@${release}`);
  // critest is a test, with further dependencies.
  run('get', '-t', `${module}/cmd/crictl`, `${module}/cmd/critest`, `${module}/pkg/validate`);
  run('build', '-o', crictl, `${module}/cmd/crictl`);
  run('test', '-c', '-o', critest, `${module}/cmd/critest`);
}

/** Go is optional on a developer's machine, and required in CI. */
function reportMissingGo() {
  if (process.env.CI)
    throw new SetupFailure('cri-tools: Go is missing, and nothing may be skipped if CI is set.');
  process.stdout.write('cri-tools: Go is missing, so nothing was run. Install it (https://go.dev/dl).\n');
}
