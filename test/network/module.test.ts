import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { NetworkModule } from '../../src/index.js';
import { PluginFolder } from '../fixtures/plugins/plugin-folder.js';

const supportedVersions = ['0.3.0', '0.3.1', '0.4.0', '1.0.0'];
const VERSION = { stdout: JSON.stringify({ cniVersion: '1.0.0', supportedVersions }) };

let plugins: PluginFolder;
let module: NetworkModule;

beforeEach(async () => {
  plugins = await PluginFolder.create();
  for (const type of ['bridge', 'portmap', 'firewall', 'host-local']) await plugins.add(type, { VERSION });
  const { bin: binPath, cacheDir, root } = plugins;
  module = await NetworkModule.init({ confDir: join(root, 'net.d'), cacheDir, binPath });
});

afterEach(async () => {
  await module.exit();
  await plugins[Symbol.asyncDispose]();
});

it('gives the ports of the settings again at a teardown whose record is lost', async () => {
  await module.confCreate('native', { name: 'web' });
  const settingsFile = join(plugins.root, 'network_settings.json');
  const port = { hostPort: 18_190, containerPort: 80, protocol: 'tcp' };
  await writeFile(settingsFile, JSON.stringify({ Activation: true, CNIPorts: [port] }));
  const bare = { podId: 'c1', netnsPath: '/run/netns/none', extraNets: [{ name: 'web' }], settingsFile };
  await module.detach(bare, 'native');
  const del = (await plugins.calls()).find(({ plugin, verb }) => plugin === 'portmap' && verb === 'DEL');
  expect(JSON.parse(del?.stdin ?? '{}')).toMatchObject({
    runtimeConfig: { portMappings: [port] },
  });
});
