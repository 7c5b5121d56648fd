import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CNIOperator, createNetns, networkConf, PodSandboxManager, type Runtime, runcRuntime } from 'libcni';
import { repeat } from './repeat.js';
import type { Run, Task } from './task.js';

const network = networkConf({
  cniVersion: '1.0.0',
  name: 'bench-pods',
  plugins: [
    {
      type: 'bridge',
      bridge: 'benchpods0',
      isGateway: true,
      ipam: {
        type: 'host-local',
        // Private to the sandbox, like everything below /run.
        dataDir: '/run/cni/networks',
        ranges: [[{ subnet: '10.87.0.0/16' }]],
      },
    },
    { type: 'firewall', backend: 'iptables' },
  ],
});

/** Runs, stops and removes pods, with the manager or with only operator and runtime. */
export function podCycles(task: Task): Run {
  const { rootfs = '', pluginDir = '', cacheDir = '', bare = false } = task;
  const args = ['/bin/busybox', 'sleep', '1000'];
  const runtime = runcRuntime({ rootfs, args, root: '/run/bench-runc' });
  return async () => {
    await using operator = await CNIOperator.create({ networks: [network], binDirs: [pluginDir], cacheDir });
    const cycle = bare
      ? bareCycle(operator, runtime, join(cacheDir, 'bare'))
      : await managedCycle(operator, runtime, join(cacheDir, 'managed'));
    await repeat(task, cycle);
  };
}

async function managedCycle(operator: CNIOperator, runtime: Runtime, stateDir: string) {
  await using manager = await PodSandboxManager.create({ operator, stateDir, runtimes: { '': runtime } });
  return async (index: number) => {
    const id = await manager.run(configOf(index));
    await manager.stop(id, { graceMs: 0 });
    await manager.remove(id);
  };
}

function bareCycle(operator: CNIOperator, runtime: Runtime, folder: string) {
  return async (index: number) => {
    const [id, config] = [`bare-${index}`, configOf(index)];
    const places = placesOf(join(folder, id));
    const netns = await createNetns({ name: id });
    await operator.attach({ id, netns: netns.path });
    await runtime.create({ id, config, netns: netns.path, hostname: id, ...places });
    await runtime.start(id);
    await operator.detach({ id });
    await runtime.stop(id, 0);
    await runtime.remove(id);
    await netns.remove();
    rmSync(places.folder, { recursive: true });
  };
}

function placesOf(folder: string) {
  mkdirSync(folder, { recursive: true });
  const [hosts, resolvConf, hostname] = ['hosts', 'resolv.conf', 'hostname'].map((name) =>
    join(folder, name),
  );
  const files = { hosts: hosts ?? '', resolvConf: resolvConf ?? '', hostname: hostname ?? '' };
  for (const file of Object.values(files)) writeFileSync(file, '');
  return { files, folder, logFile: join(folder, 'log') };
}

function configOf(index: number) {
  return { metadata: { name: `pod-${index}`, namespace: 'bench', uid: `uid-${index}` } };
}
