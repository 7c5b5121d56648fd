import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type CNIOperator, type Exec, ProcessExec } from '../../src/index.js';
import { until } from '../integration/harness/eventually.js';
import { FixtureNetworks } from './harness/fixture-networks.js';

let networks: FixtureNetworks;
let operator: CNIOperator;

const reason = new Error('enough');
const aborted = { name: 'LibcniError', code: 'ERR_ABORTED', cause: reason, verb: 'CHECK' };
const key = { network: 'a', containerId: 'c1', ifName: 'eth0' };

beforeEach(async () => {
  networks = await FixtureNetworks.create();
  await networks.add('a', { type: 'one' });
  operator = await networks.operator({ exec: headstrongExec() });
  await operator.attach({ id: 'c1', netns: '/run/netns/none' });
});

afterEach(async () => {
  await networks[Symbol.asyncDispose]();
});

/** Lets plugins end by themselves, and has its own words for a caller who does not want them any more. */
function headstrongExec(): Exec {
  const exec = new ProcessExec();
  return {
    findInPath: (plugin, paths) => exec.findInPath(plugin, paths),
    execPlugin: async (path, stdin, env, { signal }) => {
      const printed = await exec.execPlugin(path, stdin, env, {});
      if (signal?.aborted) throw new TypeError('no idea');
      return printed;
    },
  };
}

it('a check that is aborted before it begins says whose attachment was not checked', async () => {
  const checking = operator.check({ id: 'c1' }, { signal: AbortSignal.abort(reason) });
  await expect(checking).rejects.toMatchObject({ ...aborted, ...key });
  expect(await networks.plugins.order()).toEqual(['ADD one']);
});

it('a check that is aborted fails as such, whatever else fails then', async () => {
  const go = join(networks.plugins.root, 'go');
  await networks.plugins.add('one', { CHECK: { shell: `until [ -e ${go} ]; do sleep 0.02; done` } });
  const controller = new AbortController();
  const checking = operator.check({ id: 'c1' }, { signal: controller.signal });
  const failed = expect(checking).rejects.toMatchObject({ ...aborted, ...key });
  await until(async () => (await networks.plugins.order()).includes('CHECK one'));
  controller.abort(reason);
  await writeFile(go, '');
  await failed;
});
