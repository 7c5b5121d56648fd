import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createNetns } from '../../../src/netns/index.js';
import { setDefaultRoute } from '../../../src/operator/routes/default-route.js';
import { IsolatedHelper } from '../../netns/harness/isolated-helper.js';

const isolated = new IsolatedHelper();
const { client: helper, folder } = isolated;
afterAll(() => isolated[Symbol.asyncDispose]());

it('a gateway that is named twice is one hop', async () => {
  const netns = await createNetns({ path: join(folder, 'ns'), helper });
  const prepare = [
    'ip link add eth0 type veth peer name other',
    'ip link set eth0 up',
    'ip address add 10.1.0.2/24 dev eth0',
  ];
  expect(await netns.exec('sh', ['-ec', prepare.join('\n')])).toMatchObject({ stderr: '', exitCode: 0 });
  const wanted = {
    rt: { containerId: 'c1', netns: netns.path, ifName: 'eth0' },
    demands: { defaultRoute: ['10.1.0.1', '10.1.0.1'] },
  };
  await setDefaultRoute(wanted as never, helper, {});
  const { stdout } = await netns.exec('ip', ['-4', 'route', 'show', 'default']);
  expect(stdout.trim().replaceAll(/\s+/g, ' ')).toMatch(/^default via 10\.1\.0\.1 dev eth0( linkdown)?$/);
});
