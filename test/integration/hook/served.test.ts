import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeEach, describe, expect, it } from 'vitest';
import { reapHooks } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { pluginDir } from '../harness/plugin-dirs.js';
import { firewall, portmap } from '../harness/plugins.js';
import { readGreeting } from '../harness/server.js';
import { confDir, configure, createOperator, gatewayBridge, remains } from '../operator/harness/operators.js';
import { stateDir } from './harness/command.js';
import { Container, type RuntimeName } from './harness/container.js';
import { askServer, serve, socketOf } from './harness/serve.js';

const lab = useLab();
const runtimes: RuntimeName[] = ['runc', 'crun'];

beforeEach(() => configure(lab, 'front', [{ ...gatewayBridge(lab, 175), ipMasq: true }, portmap, firewall]));

/** A control plane of its own process. */
async function startControlPlane(...binDirs: string[]): Promise<ChildProcess> {
  const fixture = fileURLToPath(new URL('../../fixtures/hook/serve.ts', import.meta.url));
  const folders = { confDir: confDir(lab), binDirs: [pluginDir, ...binDirs], cacheDir: lab.cacheDir };
  const places = JSON.stringify({ ...folders, stateDir: stateDir(lab), socket: socketOf(lab) });
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, places], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  lab.defer(async () => child.kill('SIGKILL'));
  await once(child.stdout, 'data');
  return child;
}

/** A plugin that takes its time, and says by a file that it has begun; gives its folder and that file. */
async function makeSlowPlugin(): Promise<{ folder: string; begun: string }> {
  const [folder, begun] = [join(lab.folder, 'slow'), join(lab.folder, 'begun')];
  const script = `cat > /dev/null; [ $CNI_COMMAND = ADD ] && { : > ${begun}; sleep 2; }; echo '{"cniVersion":"1.0.0"}'`;
  await mkdir(folder);
  await writeFile(join(folder, 'slow'), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { folder, begun };
}

async function kill(child: ChildProcess): Promise<void> {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}

describe.each(runtimes)('a bundle whose hooks are served, under %s', (runtime) => {
  it('is attached before its process starts, reached by its port, and leaves nothing', async () => {
    const server = await serve(lab);
    expect((await stat(server.socket)).mode & 0o777).toBe(0o600);
    const container = await Container.prepare(lab, runtime);
    await askServer(lab, container, { LIBCNI_PORTS: '8080:80' });
    expect(await container.run()).toMatchObject({ exitCode: 0, output: '' });
    const address = await container.addressAtStart();
    expect(address).toMatch(/^10\.175\.0\./);
    await until(() => readGreeting(undefined, '10.175.0.1', 8080).then(Boolean, () => false));
    expect(await container.delete()).toMatchObject({ exitCode: 0, output: '' });
    expect(await remains(lab)).toEqual([]);
  });

  it('fails with a message if its network does not exist, or if nobody serves', async () => {
    const server = await serve(lab);
    const container = await Container.prepare(lab, runtime);
    await askServer(lab, container, { LIBCNI_NETWORKS: 'missing' });
    const refused = await container.run();
    expect(refused.exitCode).not.toBe(0);
    expect(refused.output).toContain('missing');
    await server.close();
    const alone = await container.run();
    expect(alone.exitCode).not.toBe(0);
    expect(alone.output).toContain(`nobody serves hooks at ${server.socket}`);
    expect(await remains(lab)).toEqual([]);
  });

  it('is taken down by another control plane after the first one was killed', async () => {
    const first = await startControlPlane();
    const container = await Container.prepare(lab, runtime);
    await askServer(lab, container, { LIBCNI_PORTS: '8080:80' });
    expect(await container.run()).toMatchObject({ exitCode: 0 });
    await kill(first);
    const server = await serve(lab);
    expect(server.socket).toBe(socketOf(lab));
    expect(await container.delete()).toMatchObject({ exitCode: 0, output: '' });
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves nothing where the control plane is killed in the middle of the attach', async () => {
    const slow = await makeSlowPlugin();
    await configure(lab, 'slow', [gatewayBridge(lab, 175), portmap, { type: 'slow' }]);
    const plane = await startControlPlane(slow.folder);
    const container = await Container.prepare(lab, runtime);
    await askServer(lab, container, { LIBCNI_NETWORKS: 'slow', LIBCNI_PORTS: '8080:80' });
    const running = container.run();
    await until(() => existsSync(slow.begun));
    await kill(plane);
    const outcome = await running;
    expect(outcome.exitCode).not.toBe(0);
    expect(outcome.output).toContain('ended before it answered');
    const operator = await createOperator(lab, { binDirs: [pluginDir, slow.folder] });
    await operator.recover();
    await container.delete();
    const reaped = await reapHooks({ operator, stateDir: stateDir(lab) });
    expect(reaped.map(({ id, outcome: became }) => [id, became])).toEqual([[container.id, 'removed']]);
    expect(await remains(lab)).toEqual([]);
  });

  it('is found by reaping if nobody served its poststop', async () => {
    const plane = await startControlPlane();
    const [gone, alive] = [await Container.prepare(lab, runtime), await Container.prepare(lab, runtime)];
    for (const container of [gone, alive]) {
      await askServer(lab, container, {});
      expect(await container.run()).toMatchObject({ exitCode: 0 });
    }
    await kill(plane);
    await gone.delete();
    expect((await remains(lab)).join()).toContain(gone.id);
    const places = { operator: await createOperator(lab), stateDir: stateDir(lab) };
    const expected = [
      [gone.id, 'removed'],
      [alive.id, 'kept'],
    ].sort();
    const report = await reapHooks(places);
    expect(report.map(({ id, outcome }) => [id, outcome])).toEqual(expected);
    await alive.delete();
    await reapHooks(places);
    expect(await remains(lab)).toEqual([]);
  });
});

it('twenty containers of both runtimes come and go at the same time', async () => {
  await serve(lab);
  const containers = await Promise.all(
    Array.from({ length: 20 }, (_, index) => Container.prepare(lab, runtimes[index % 2] ?? 'runc')),
  );
  await Promise.all(
    containers.map((container, index) => askServer(lab, container, { LIBCNI_PORTS: `${9000 + index}:80` })),
  );
  const started = await Promise.all(containers.map((container) => container.run()));
  expect(started.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  const addresses = await Promise.all(containers.map((container) => container.addressAtStart()));
  expect(new Set(addresses).size).toBe(20);
  const ended = await Promise.all(containers.map((container) => container.delete()));
  expect(ended.filter(({ exitCode }) => exitCode !== 0)).toEqual([]);
  expect(await remains(lab)).toEqual([]);
});
