import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { runQuietly } from '../setup/run-quietly.mjs';
import { SetupFailure } from '../setup/setup-failure.mjs';

const reference = 'github.com/containernetworking/cni';

/**
 * The newest release of a Go module, according to the module proxy.
 *
 * @param {string} go
 * @param {string} module
 */
export function findNewestRelease(go, module) {
  return runQuietly(go, ['list', '-m', '-f', '{{.Version}}', `${module}@latest`], {
    cwd: tmpdir(),
    env: { GOFLAGS: '' },
    hint: 'Go asks its configured module proxy.',
  }).trim();
}

/**
 * Fails if a module requires an older release of Go libcni than the newest one.
 *
 * @param {string} go
 * @param {string} moduleFile a go.mod
 */
export function requireNewestReference(go, moduleFile) {
  const [pinned, newest] = [readPinned(moduleFile), findNewestRelease(go, reference)];
  if (pinned === newest) return;
  throw new SetupFailure(`${moduleFile}: ${reference} ${pinned} is not the newest release, ${newest}.`, {
    hint: `Run this in its folder: go get ${reference}@latest && go mod tidy. Then review what has changed.`,
  });
}

/**
 * The release of Go libcni that a module requires.
 *
 * @param {string} moduleFile
 */
function readPinned(moduleFile) {
  const [, version = 'of no release'] =
    new RegExp(`${reference} (v\\S+)`).exec(readFileSync(moduleFile, 'utf8')) ?? [];
  return version;
}
