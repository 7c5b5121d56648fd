import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { CNIOperator, Networks } from '../../src/index.js';
import { PluginFolder, resultText } from '../fixtures/plugins/plugin-folder.js';

const versions = JSON.stringify({ cniVersion: '1.0.0', supportedVersions: ['0.4.0', '1.0.0'] });
let plugins: PluginFolder;
let operator: CNIOperator;
let networks: Networks;

beforeEach(async () => {
  plugins = await PluginFolder.create();
  for (const name of ['bridge', 'portmap', 'firewall', 'host-local'])
    await plugins.add(name, { VERSION: { stdout: versions }, ADD: { stdout: resultText('10.1.0.2/24') } });
  const { bin, cacheDir, root } = plugins;
  const folders = { confDir: join(root, 'net.d'), binDirs: [bin], cacheDir };
  operator = await CNIOperator.create({ ...folders, loopback: 'none' });
  networks = await Networks.open({ operator });
  await networks.create({ name: 'front' });
});

afterEach(async () => {
  await operator[Symbol.asyncDispose]();
  await plugins[Symbol.asyncDispose]();
});

it('a container that is connected already is said to be disconnected first, with everything else as it was', async () => {
  const wanted = { network: 'front', id: 'c1', netns: '/run/netns/none', ifName: 'eth0' };
  await networks.connect(wanted);
  const error = await networks.connect(wanted).catch((thrown) => thrown);
  expect(error).toMatchObject({
    name: 'LibcniError',
    code: 'ERR_IN_USE',
    verb: 'ADD',
    network: 'front',
    containerId: 'c1',
    ifName: 'eth0',
    message: expect.stringMatching(
      /is gone; disconnect\(\) removes its leftovers \(ADD, network front, container c1/,
    ),
  });
  expect(error.message).not.toMatch(/detach|gc\(/);
  expect(error.stack).toContain('refuse-record');
});

it('the namespace of the machine is refused without an option that a request to connect does not have', async () => {
  const netns = `/proc/${process.pid}/ns/net`;
  await expect(networks.connect({ network: 'front', id: 'c1', netns })).rejects.toMatchObject({
    code: 'ERR_NETNS',
    value: netns,
    message: expect.stringMatching(/only CNIOperator\.attach\(\) allows it/),
  });
});
