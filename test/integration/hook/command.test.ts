import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { containerRules } from '../harness/packet-rules.js';
import { firewall, portmap } from '../harness/plugins.js';
import { run } from '../harness/run.js';
import { readGreeting } from '../harness/server.js';
import { configure, gatewayBridge, remains, sideBridge } from '../operator/harness/operators.js';
import { command, libcni, placesOf, stateDir } from './harness/command.js';
import { Container, type RuntimeName } from './harness/container.js';

const lab = useLab();

beforeEach(async () => {
  await configure(lab, 'front', [{ ...gatewayBridge(lab, 170), ipMasq: true }, portmap, firewall]);
  await configure(lab, 'side', [sideBridge(lab, 171)]);
});

async function install(container: Container, ...options: string[]): Promise<void> {
  await libcni('hook', 'install', ...placesOf(lab), ...options, container.bundle);
}

async function greeting(address: string, port: number): Promise<string> {
  await until(() => readGreeting(undefined, address, port).then(Boolean, () => false));
  return await readGreeting(undefined, address, port);
}

describe.each<RuntimeName>(['runc', 'crun'])(
  'a bundle with the hooks of the command, under %s',
  (runtime) => {
    it('has its address before its process starts, its peer, its port, and leaves nothing', async () => {
      const [one, two] = [await Container.prepare(lab, runtime), await Container.prepare(lab, runtime)];
      await install(one, '--networks', 'front,side@data0', '--ports', '8080:80');
      await install(two, '--networks', 'front');
      expect(await one.run()).toMatchObject({ exitCode: 0, output: '' });
      expect(await two.run()).toMatchObject({ exitCode: 0, output: '' });
      const address = await one.addressAtStart();
      const file = join(stateDir(lab), 'hook', `${one.id}.json`);
      expect(JSON.parse(await readFile(file, 'utf8'))).toMatchObject({
        id: one.id,
        networks: [
          { name: 'front', ifName: 'eth0', ipv4: [address] },
          { name: 'side', ifName: 'data0' },
        ],
      });
      expect(await greeting('10.170.0.1', 8080)).toBe(`hello from ${one.id}\n`);
      expect(await two.sh(`nc ${address} 80 < /dev/null`)).toBe(`hello from ${one.id}\n`);
      expect((await containerRules()).join()).toContain('MASQUERADE');
      for (const container of [one, two])
        expect(await container.delete()).toMatchObject({ exitCode: 0, output: '' });
      expect(await remains(lab)).toEqual([]);
    });

    it('is not made where a network fails, says why, and leaves nothing', async () => {
      const container = await Container.prepare(lab, runtime);
      await install(container, '--networks', 'front,missing', '--ports', '8080:80');
      const outcome = await container.run();
      expect(outcome.exitCode).not.toBe(0);
      expect(outcome.output).toContain('missing');
      await container.delete();
      expect(await remains(lab)).toEqual([]);
    });

    it('takes back the first network where a plugin of the second fails', async () => {
      const tuning = { type: 'tuning', sysctl: { 'net.ipv4.conf.eth1.nonsense': '1' } };
      await configure(lab, 'broken', [sideBridge(lab, 172), tuning]);
      const container = await Container.prepare(lab, runtime);
      await install(container, '--networks', 'front,broken');
      const outcome = await container.run();
      expect(outcome.exitCode).not.toBe(0);
      expect(outcome.output).toContain('broken');
      expect(await remains(lab)).toEqual([]);
    });

    it('is left alone in the network of the host, and in that of another container', async () => {
      const host = await Container.prepare(lab, runtime, { network: 'host', script: 'sleep 60' });
      await install(host, '--networks', 'front');
      expect(await host.run()).toMatchObject({ exitCode: 0 });
      expect(await remains(lab)).toEqual([]);

      const first = await Container.prepare(lab, runtime);
      await install(first, '--networks', 'front');
      expect(await first.run()).toMatchObject({ exitCode: 0 });
      const netnsPath = `/run/netns/libcni-hook-${first.id}`;
      const second = await Container.prepare(lab, runtime, { netnsPath, script: 'sleep 60' });
      await install(second, '--networks', 'front');
      expect(await second.run()).toMatchObject({ exitCode: 0 });
      expect(await second.delete()).toMatchObject({ exitCode: 0, output: '' });
      expect(await greeting(await first.addressAtStart(), 80)).toBe(`hello from ${first.id}\n`);
    });

    it('finds what who installs it finds, by the environment that no hook inherits', async () => {
      const container = await Container.prepare(lab, runtime);
      const [, netconfpath = '', , cniPath = '', ...others] = placesOf(lab);
      const env = [`NETCONFPATH=${netconfpath}`, `CNI_PATH=${cniPath}`, 'LIBCNI_NETWORKS=front'];
      await run('env', ...env, process.execPath, command, 'hook', 'install', ...others, container.bundle);
      expect(await container.run()).toMatchObject({ exitCode: 0, output: '' });
      expect(await greeting(await container.addressAtStart(), 80)).toBe(`hello from ${container.id}\n`);
    });

    it('can be told what it wants by annotations', async () => {
      const annotations = { 'libcni/networks': 'front', 'libcni/ports': '8080:80' };
      const container = await Container.prepare(lab, runtime, { annotations });
      await install(container);
      expect(await container.run()).toMatchObject({ exitCode: 0, output: '' });
      expect(await greeting('10.170.0.1', 8080)).toBe(`hello from ${container.id}\n`);
    });
  },
);

describe('the hook by itself', () => {
  it('finds nothing to do at a poststop without a createRuntime', async () => {
    const state = JSON.stringify({ ociVersion: '1.0', id: 'never', pid: 0, status: 'stopped', bundle: '/' });
    const file = join(lab.folder, 'state.json');
    await writeFile(file, state);
    const script = `"$0" ${command} hook poststop ${placesOf(lab).join(' ')} < ${file}`;
    for (let times = 0; times < 2; times++) expect(await run('sh', '-c', script, process.execPath)).toBe('');
  });
});
