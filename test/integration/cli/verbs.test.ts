import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { useLab } from '../harness/lab.js';
import { containerRules } from '../harness/packet-rules.js';
import { portmap } from '../harness/plugins.js';
import { confDir, configure, gatewayBridge, remains } from '../operator/harness/operators.js';
import { useCommand } from './harness/cli.js';

const lab = useLab();
const libcni = useCommand(lab);

beforeEach(() => configure(lab, 'front', [{ ...gatewayBridge(lab, 180), ipMasq: true }, portmap]));

it('adds and deletes an interface, with the ports that options map', async () => {
  const pod = await lab.pod();
  const added = await libcni('add', 'front', pod.path, '-i', 'net0', '--ports', '8080:80', '--json');
  expect(added).toMatchObject({ exitCode: 0, stderr: '' });
  const result = JSON.parse(added.stdout);
  expect(result).toMatchObject({ cniVersion: '1.0.0', ips: [{ address: '10.180.0.2/24' }, {}] });
  expect(await pod.addedLinks()).toEqual(['net0']);
  expect((await containerRules()).join()).toContain('--dport 8080');

  // The ports are those of the record: nobody types them again.
  expect(await libcni('del', 'front', pod.path, '-i', 'net0')).toMatchObject({ exitCode: 0, stderr: '' });
  expect(await remains(lab)).toEqual([]);
});

it('says at check of mapped ports that work whether the portmap is too old to tell', async () => {
  const pod = await lab.pod();
  await libcni('add', 'front', pod.path, '--ports', '8080:80');
  const { supportedVersions } = await lab.cni.getVersionInfo('portmap');
  const { exitCode, stderr } = await libcni('check', 'front', pod.path);
  if (supportedVersions.includes('1.1.0')) expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  else {
    expect(exitCode).toBe(6);
    expect(stderr).toMatch(/\[code 999\]; portmap of a release from before CNI 1\.1\.0 .* ports that work/);
  }
  expect(await libcni('del', 'front', pod.path)).toMatchObject({ exitCode: 0 });
});

it('finds a fault at check, in one line, with the exit code of a plugin', async () => {
  const pod = await lab.pod();
  await configure(lab, 'plain', [gatewayBridge(lab, 184)]);
  await libcni('add', 'plain', pod.path);
  expect(await libcni('check', 'plain', pod.path)).toEqual({
    exitCode: 0,
    stdout: 'eth0 on plain is as ADD left it\n',
    stderr: '',
  });
  await pod.run('ip', 'link', 'delete', 'eth0');
  const { exitCode, stdout, stderr } = await libcni('check', 'plain', pod.path);
  expect({ exitCode, stdout }).toEqual({ exitCode: 6, stdout: '' });
  expect(stderr).toMatch(/^libcni: .*eth0.*\(.*doctor.*\)\n$/);
  expect((await libcni('del', 'plain', pod.path)).exitCode).toBe(0);
});

it('shows what plugins would get, and runs none', async () => {
  const pod = await lab.pod();
  const { stdout } = await libcni('plan', 'add', 'front', pod.path, '--ports', '8080:80', '--json');
  expect(JSON.parse(stdout)).toMatchObject([
    { verb: 'ADD', plugin: 'bridge', env: { CNI_NETNS: pod.path, CNI_IFNAME: 'eth0' } },
    { verb: 'ADD', plugin: 'portmap', stdin: { runtimeConfig: { portMappings: [{ hostPort: 8080 }] } } },
  ]);
  expect(await remains(lab)).toEqual([]);
});

it('collects garbage only if it knows what is in use', async () => {
  const [one, two] = [await lab.pod(), await lab.pod()];
  for (const pod of [one, two]) await libcni('add', 'front', pod.path, '--container-id', pod.id);
  const refused = await libcni('gc', 'front');
  expect(refused).toMatchObject({ exitCode: 64, stdout: '' });
  expect(refused.stderr).toContain('--valid');

  const { stdout } = await libcni('gc', 'front', '--valid', `${one.id}@eth0`);
  expect(stdout).toBe(`${two.id}\teth0\t${two.path}\n`);
  expect(await one.addedLinks()).toEqual(['eth0']);
  expect(await two.addedLinks()).toEqual([]);
  await libcni('gc', 'front', '--all');
  expect(await remains(lab)).toEqual([]);
});

it('tells what there is: networks, versions, readiness', async () => {
  const { stdout } = await libcni('list', '--json');
  expect(JSON.parse(stdout)).toMatchObject({
    networks: [{ name: 'front', plugins: ['bridge', 'portmap'], isDefault: true }],
    problems: [],
  });
  expect((await libcni('list')).stdout).toMatch(/^front\t1\.0\.0\tbridge portmap\tyes\t.*front\.conflist\n$/);
  expect(await libcni('status')).toEqual({ exitCode: 0, stdout: 'front\tyes\t\n', stderr: '' });
  expect((await libcni('validate', 'front')).stdout).toBe('front is valid: version 1.0.0, portMappings\n');
  expect((await libcni('version', 'front')).stdout).toMatch(/^bridge\t0\.1\.0 .*\nportmap\t/);
});

it('says what is wrong with one exit code for each kind', async () => {
  const missing = await libcni('add', 'back', '/nowhere');
  expect(missing.exitCode).toBe(3);
  expect(missing.stderr).toMatch(/^libcni: .*"back".*there are: front.*`libcni list`.*\n$/);
  expect(missing.stderr.trim().split('\n')).toHaveLength(1);

  const told = await libcni('add', 'back', '/nowhere', '--json');
  expect(JSON.parse(told.stderr)).toMatchObject({ error: { code: 'ERR_CONF_NOT_FOUND' } });
  await configure(lab, 'broken', [{ type: 'there-is-none' }]);
  expect(await libcni('status', 'broken')).toMatchObject({ exitCode: 3 });
  expect(await libcni('status')).toMatchObject({ exitCode: 2 });
});

it('says whose the interface is where it is asked for by another id', async () => {
  const pod = await lab.pod();
  await configure(lab, 'plain', [gatewayBridge(lab, 185)]);
  await libcni('add', 'plain', pod.path, '--container-id', pod.id);
  const { exitCode, stderr } = await libcni('check', 'plain', pod.path);
  expect(exitCode).toBe(6);
  expect(stderr).toContain(
    `libcni: warning: eth0 in ${pod.path} belongs to container ${pod.id}: use --container-id ${pod.id}\n`,
  );
  expect(await libcni('check', 'plain', pod.path, '--container-id', pod.id)).toMatchObject({ exitCode: 0 });
  expect(await libcni('del', 'plain', pod.path, '--container-id', pod.id)).toMatchObject({ stderr: '' });
});

it('goes on with a network although the file of another one before it is broken', async () => {
  const pod = await lab.pod();
  const broken = join(confDir(lab), 'a-broken.conflist');
  await writeFile(broken, '{"name": "broken", ');
  for (const verb of ['add', 'del']) {
    const outcome = await libcni(verb, 'front', pod.path);
    expect(outcome).toMatchObject({ exitCode: 0, stderr: expect.stringContaining(broken) });
    expect(outcome.stderr).toMatch(/^libcni: warning: [^\n]*\n$/);
  }
  const lost = await libcni('add', 'broken', pod.path);
  expect(lost).toMatchObject({ exitCode: 1, stderr: expect.stringContaining(broken) });
});

it('takes a verb as the specification writes it, and says what of the line makes no sense', async () => {
  const pod = await lab.pod();
  expect(await libcni('plan', 'ADD', 'front', pod.path)).toMatchObject({ exitCode: 0, stderr: '' });
  const port = await libcni('plan', 'add', 'front', pod.path, '--ports', '99999:80');
  expect(port).toMatchObject({ exitCode: 64, stderr: expect.stringContaining("'99999:80'") });
  expect(await libcni('plan', 'ATTACH', 'front', pod.path)).toMatchObject({
    exitCode: 64,
    stderr: expect.stringContaining('There are add, check, del, gc, status, version.'),
  });
});
