import { symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { portmap } from '../harness/plugins.js';
import { configure, gatewayBridge, remains, sideBridge } from '../operator/harness/operators.js';
import { useCommand } from './harness/cli.js';

const lab = useLab();
const libcni = useCommand(lab);

beforeEach(async () => {
  await configure(lab, 'front', [gatewayBridge(lab, 181), portmap]);
  await configure(lab, 'side', [sideBridge(lab, 182)]);
});

it('attaches a container, shows it, and detaches it', async () => {
  const pod = await lab.pod();
  const attached = await libcni('attach', pod.id, pod.path, 'front', 'side@data0', '--ports', '8080:80');
  expect(attached).toMatchObject({ exitCode: 0, stderr: '' });
  expect(attached.stdout).toMatch(
    /^front\teth0\t10\.181\.0\.2\/24 fd10:181::2\/64\t.*\nside\tdata0\t10\.182\.0\.2\/24 .*\n$/,
  );

  const ps = await libcni('ps');
  expect(ps.stdout.split('\n')[0]).toMatch(
    new RegExp(`^${pod.id}\tfront\teth0\t.*\t8080:80/tcp\t.*\t${pod.path}$`),
  );
  const { attachments } = JSON.parse((await libcni('inspect', pod.id, '--json')).stdout);
  expect(attachments).toMatchObject([
    { network: 'front', ifName: 'eth0', ports: [{ hostPort: 8080, containerPort: 80 }] },
    { network: 'side', ifName: 'data0' },
  ]);

  expect(await libcni('attach', pod.id, pod.path, 'front')).toMatchObject({ exitCode: 5, stdout: '' });
  expect(await libcni('detach', pod.id, 'side', 'side@data1')).toMatchObject({
    stdout: `${pod.id} is detached from side\n${pod.id} was not attached to side@data1\n`,
  });
  expect(await pod.addedLinks()).toEqual(['eth0']);
  expect(await libcni('detach', pod.id)).toMatchObject({ exitCode: 0, stdout: `${pod.id} is detached\n` });
  expect((await libcni('detach', pod.id)).stdout).toBe(`${pod.id} was not attached\n`);
  expect(await libcni('inspect', pod.id)).toMatchObject({ exitCode: 3 });
  expect((await libcni('recover', '--json')).stdout).toBe(
    '{"undone":[],"failed":[],"setAside":[],"busy":[]}\n',
  );
  expect(await remainsBesideLocks()).toEqual([]);
});

it('says in options and commands of its own what to do about what is in the way', async () => {
  const pod = await lab.pod();
  expect(await libcni('attach', pod.id, pod.path, 'front')).toMatchObject({ exitCode: 0 });
  const again = await libcni('attach', pod.id, pod.path, 'front');
  expect(again.stderr).toMatch(/still there; detach it first .*`libcni detach \S+` detaches it/);
  const asJson = await libcni('attach', pod.id, pod.path, 'front', '--json');
  expect(JSON.parse(asJson.stderr).error.message).toContain('detach it first');
  const connected = await libcni('network', 'connect', 'front', pod.id, pod.path, '-i', 'eth0');
  expect(connected).toMatchObject({ exitCode: 5 });
  expect(connected.stderr).toContain(`disconnect it first`);
  expect(connected.stderr).toContain(`\`libcni network disconnect front ${pod.id}\` disconnects it`);
  expect(await libcni('detach', pod.id)).toMatchObject({ exitCode: 0 });
  await pod.netns.exec('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'other']);
  const taken = await libcni('attach', pod.id, pod.path, 'front');
  expect(taken.stderr).toMatch(/tells whose it is; choose another name \(network@interface, or --ifname/);
  const alsoTaken = await libcni('network', 'connect', 'front', pod.id, pod.path, '-i', 'eth0');
  expect(alsoTaken.stderr).toMatch(/tells whose it is; choose another name \(ADD/);
  await pod.netns.exec('ip', ['link', 'delete', 'eth0']);
});

it('does not remove a namespace that a container is attached in, unless it is forced to', async () => {
  const made = await libcni('netns', 'create', 'clitest-used');
  const path = made.stdout.trim();
  lab.defer(() => libcni('netns', 'rm', path, '--force'));
  expect(await libcni('attach', 'used', path, 'side')).toMatchObject({ exitCode: 0 });
  const refused = await libcni('netns', 'rm', path, '--cache-dir', lab.cacheDir);
  expect(refused).toMatchObject({ exitCode: 5, stdout: '' });
  expect(refused.stderr).toContain('libcni detach used');
  expect(await libcni('detach', 'used')).toMatchObject({ exitCode: 0 });
  const removed = await libcni('netns', 'rm', path, '--cache-dir', lab.cacheDir);
  expect(removed).toMatchObject({ exitCode: 0, stdout: `${path}\n` });
});

it('finds attachments in a namespace whose folder has two names, and does not reap it', async () => {
  const made = await libcni('netns', 'create', 'clitest-twice');
  const path = made.stdout.trim();
  lab.defer(() => libcni('netns', 'rm', path, '--force'));
  const other = join(lab.folder, 'netns');
  await symlink(dirname(path), other);
  expect(await libcni('attach', 'used', join(other, basename(path)), 'side')).toMatchObject({ exitCode: 0 });
  const shown = await libcni('netns', 'inspect', path, '--json');
  expect(JSON.parse(shown.stdout).attachments).toEqual([{ id: 'used', network: 'side', ifName: 'eth0' }]);
  expect(await libcni('netns', 'rm', path, '--cache-dir', lab.cacheDir)).toMatchObject({ exitCode: 5 });
  const reaped = await libcni('netns', 'reap', '--prefix', 'clitest-', '--cache-dir', lab.cacheDir, '--json');
  expect(JSON.parse(reaped.stdout)).toMatchObject([
    { name: 'clitest-twice', outcome: 'kept', reason: 'in use' },
  ]);
  const named = await libcni('check', 'side', path);
  expect(named.stderr).toContain('belongs to container used: use --container-id used');
  expect(await libcni('detach', 'used')).toMatchObject({ exitCode: 0 });
});

it('has an exit code for a namespace that does not exist', async () => {
  expect(await libcni('netns', 'inspect', 'never-there')).toMatchObject({ exitCode: 3 });
  expect(await libcni('attach', 'c1', 'never-there', 'side')).toMatchObject({ exitCode: 3 });
  expect(await libcni('add', 'side', 'never-there')).toMatchObject({ exitCode: 3 });
});

it('makes a network, puts a container on it, and takes both away', async () => {
  const pod = await lab.pod();
  lab.ownBridge('clibr7');
  const created = await libcni(
    'network',
    'create',
    'seven',
    '--subnet',
    '10.187.0.0/24',
    '--exclude',
    '10.187.0.2',
    '--bridge',
    'clibr7',
  );
  expect(created).toMatchObject({ exitCode: 0, stdout: 'seven\n' });
  expect((await libcni('network', 'ls', '-f', 'name=seven')).stdout).toMatch(
    /^seven\t[0-9a-f]{12}\tbridge\t10\.187\.0\.0\/24\tclibr7\tyes\n$/,
  );
  const connected = await libcni('network', 'connect', 'seven', pod.id, pod.path, '-p', '8087:80', '--json');
  expect(JSON.parse(connected.stdout)).toMatchObject({ ifName: 'eth0', ipv4: ['10.187.0.3'] });
  const [seven] = JSON.parse((await libcni('network', 'inspect', 'seven', '--json')).stdout);
  expect(seven.containers).toMatchObject([{ id: pod.id, ipv4: ['10.187.0.3'] }]);
  expect(await libcni('network', 'rm', 'seven')).toMatchObject({ exitCode: 5, stdout: '' });
  const disconnected = await libcni('network', 'disconnect', 'seven', pod.id, '--json');
  expect(JSON.parse(disconnected.stdout)).toEqual({ network: 'seven', id: pod.id, disconnected: true });
  expect(await libcni('network', 'rm', 'seven')).toMatchObject({ exitCode: 0, stdout: 'seven\n' });
  expect(await remainsBesideLocks()).toEqual([]);
});

/** The state folder is inside the cache here; what stays in it are locks and the like. */
async function remainsBesideLocks(): Promise<string[]> {
  return (await remains(lab)).filter((thing) => !thing.startsWith(`file ${lab.cacheDir}/libcni/`));
}
