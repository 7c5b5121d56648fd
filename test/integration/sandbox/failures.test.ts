import { chmod, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import type { PodSandboxManager, SandboxEvent } from '../../../src/index.js';
import { failure, libcniFailure, pluginFailure } from '../harness/failure.js';
import { type Lab, useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { configure, gatewayBridge, unconfigure } from '../operator/harness/operators.js';
import { createManager, createRuntime, podConfig, podRemains } from './harness/pod-host.js';

const lab = useLab();

beforeEach(() => configure(lab, 'first', [gatewayBridge(lab, 143), portmap, firewall]));

const ports = [{ containerPort: 80, hostPort: 18081 }];

/** runc, but for a command that fails as long as a file named `fails` is beside it. */
async function failingRunc({ folder }: Lab, command: string): Promise<string> {
  const program = join(folder, `runc-without-${command}`);
  const script = `#!/bin/sh
case " $* " in
*" ${command} "*) [ ! -e ${folder}/fails ] || { echo 'it does not want to' >&2; exit 3; } ;;
esac
exec runc "$@"
`;
  await writeFile(program, script);
  await chmod(program, 0o755);
  await writeFile(join(folder, 'fails'), '');
  return program;
}

/** The steps that a failed run took back, in their order. */
async function undoneBy(manager: PodSandboxManager, work: () => Promise<unknown>): Promise<string[]> {
  const events: SandboxEvent[] = [];
  manager.on('step', (event) => events.push(event));
  await work();
  return events.filter(({ undo, state }) => undo && state === 'done').map(({ step }) => step);
}

describe('a pod that cannot be run leaves nothing', () => {
  it('where the second plugin of its network fails', async () => {
    const impossible = { type: 'tuning', sysctl: { 'net.ipv4.no_such_parameter': '1' } };
    await configure(lab, 'first', [gatewayBridge(lab, 143), impossible]);
    const manager = await createManager(lab);
    const undone = await undoneBy(manager, async () => {
      const error = await pluginFailure(manager.run(podConfig(lab, { portMappings: ports })));
      expect(error).toMatchObject({ plugin: 'tuning', network: 'first', rollbackErrors: [] });
    });
    expect(undone).toEqual(['network', 'namespace', 'logs', 'claim']);
    expect(await podRemains(lab)).toEqual([]);
  });

  it.each(['runc', 'crun'] as const)('where %s fails at create', async (name) => {
    const runtime = await createRuntime(lab, name, {
      editSpec: (spec) => ({ ...spec, root: { path: '/no/such' } }),
    });
    const manager = await createManager(lab, { runtimes: { '': runtime } });
    const undone = await undoneBy(manager, async () => {
      const error = await libcniFailure(manager.run(podConfig(lab, { portMappings: ports })));
      expect(error).toMatchObject({ code: 'ERR_RUNTIME', rollbackErrors: [] });
      expect(error.message).toMatch(/create failed with exit code 1: .*no\/such/);
    });
    expect(undone).toEqual(['create', 'files', 'network', 'namespace', 'logs', 'claim']);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('where the runtime fails at start', async () => {
    const program = await failingRunc(lab, 'start');
    const manager = await createManager(lab, {
      runtimes: { '': await createRuntime(lab, 'runc', { program }) },
    });
    const undone = await undoneBy(manager, async () => {
      const error = await libcniFailure(manager.run(podConfig(lab, { portMappings: ports })));
      expect(error).toMatchObject({ code: 'ERR_RUNTIME', value: 3, rollbackErrors: [] });
      expect(error.message).toContain('start failed with exit code 3: it does not want to');
    });
    expect(undone).toEqual(['start', 'create', 'files', 'network', 'namespace', 'logs', 'claim']);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('where it is ended by its caller or takes too long', async () => {
    const manager = await createManager(lab);
    const end = new AbortController();
    manager.on('step', ({ step, undo }) => {
      if (step === 'create' && !undo) end.abort();
    });
    const aborted = await libcniFailure(manager.run(podConfig(lab), { signal: end.signal }));
    expect(aborted.code).toBe('ERR_ABORTED');
    const late = await libcniFailure(manager.run(podConfig(lab), { timeoutMs: 30 }));
    expect(late.code).toBe('ERR_TIMEOUT');
    expect(await podRemains(lab)).toEqual([]);
  });

  it('where another pod has its host port', async () => {
    const manager = await createManager(lab);
    const id = await manager.run(podConfig(lab, { portMappings: ports }));
    const error = await libcniFailure(manager.run(podConfig(lab, { portMappings: ports })));
    expect(error.code).toBe('ERR_CONFLICT');
    expect(await manager.list()).toHaveLength(1);
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });
});

describe('a pod', () => {
  it('is stopped and removed although its network is no longer configured', async () => {
    const manager = await createManager(lab);
    const id = await manager.run(podConfig(lab, { portMappings: ports }));
    await unconfigure(lab);
    await manager.stop(id, { graceMs: 2000 });
    await manager.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('is removed by force with a report of what could not be done', async () => {
    const program = await failingRunc(lab, 'delete');
    const runtime = await createRuntime(lab, 'runc', { program });
    const manager = await createManager(lab, { runtimes: { '': runtime } });
    const id = await manager.run(podConfig(lab));
    expect(String(await failure(manager.remove(id)))).toContain('it does not want to');
    expect(await manager.status(id)).toMatchObject({ phase: 'removing', state: 'notready' });
    const { failures } = await manager.remove(id, { force: true });
    expect(failures.map(({ step }) => step)).toEqual(['create']);
    expect(await manager.list()).toEqual([]);
    expect(await readdir('/run/netns')).toEqual([]);
    await rm(program.replace(/runc-without-delete$/, 'fails'));
    await runtime.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });

  it('with a corrupt checkpoint is reported, set aside, and removed', async () => {
    const manager = await createManager(lab);
    const id = await manager.run(podConfig(lab, { portMappings: ports }));
    const file = join(lab.folder, 'pods/sandboxes', id, 'checkpoint.json');
    await writeFile(file, '{"version":1,"id":"');
    expect(await libcniFailure(manager.status(id))).toMatchObject({ code: 'ERR_CACHE', file });
    const { corrupt, undone } = await manager.restore();
    expect({ corrupt, undone }).toEqual({
      corrupt: [{ id, file: file.replace('.json', '.corrupt') }],
      undone: [],
    });
    await manager.remove(id);
    expect((await podRemains(lab)).filter((thing) => !thing.includes('/log/'))).toEqual([]);
  });

  it('with a corrupt checkpoint is removed by force whatever fails', async () => {
    const program = await failingRunc(lab, 'delete');
    const runtime = await createRuntime(lab, 'runc', { program });
    const manager = await createManager(lab, { runtimes: { '': runtime } });
    const id = await manager.run(podConfig(lab, { logDirectory: undefined }));
    await writeFile(join(lab.folder, 'pods/sandboxes', id, 'checkpoint.json'), '{');
    expect(String(await failure(manager.remove(id)))).toContain('it does not want to');
    const { failures } = await manager.remove(id, { force: true });
    expect(failures.map(({ step }) => step)).toEqual(['create']);
    expect(await readdir(join(lab.folder, 'pods/sandboxes'))).toEqual([]);
    expect(await readdir('/run/netns')).toEqual([]);
    await rm(program.replace(/runc-without-delete$/, 'fails'));
    await runtime.remove(id);
    expect(await podRemains(lab)).toEqual([]);
  });
});
