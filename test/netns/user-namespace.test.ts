import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { findHelperBinary } from '../../src/platform/helper/index.js';
import { isRoot, ownNamespaces, ownUserNamespace } from './harness/own-namespaces.js';
import { checkout, runFixture } from './harness/run-fixture.js';

const folder = realpathSync(mkdtempSync(join(tmpdir(), 'netns-user-')));
const inFolder = (name: string) => join(folder, name);
const [runtime, helper] = [inFolder('runtime'), inFolder('cni-helper')];
const places = { project: inFolder('checkout'), node: inFolder('node') };
// Another user may not be allowed to look into the folders that lead to the project and to Node.
const bind = `mount --bind "${checkout}" ${places.project} && mount --bind "${process.execPath}" ${places.node}`;
const wrapper = isRoot
  ? `${ownNamespaces} /bin/sh -c '${bind} && exec "$@"' sh ${ownUserNamespace}`
  : ownUserNamespace;

beforeAll(() => {
  for (const path of [runtime, places.project]) mkdirSync(path);
  writeFileSync(places.node, '');
  copyFileSync(findHelperBinary() ?? '', helper);
  chmodSync(folder, 0o755);
  chmodSync(runtime, 0o777);
});
afterAll(() => rmSync(folder, { recursive: true }));

it('namespaces live in a user namespace without root, in the user’s own folder', {
  timeout: 60_000,
}, async () => {
  const env = { XDG_RUNTIME_DIR: runtime, LIBCNI_HELPER: helper };
  const run = runFixture('without-root.ts', { wrapper, env, ...(isRoot && { places }) });
  expect(await run).toEqual({
    uid: 0,
    dir: join(runtime, 'netns'),
    entered: true,
    loopback: true,
    refused: [
      'ERR_PERMISSION',
      expect.stringMatching(/create: EACCES; .*write in the folder.*XDG_RUNTIME_DIR/),
    ],
    fresh: true,
    kinds: ['mounted', 'mounted'],
    identified: 0,
    reaped: ['removed'],
    left: [[], false],
  });
});
