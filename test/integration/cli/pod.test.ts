import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { firewall, portmap } from '../harness/plugins.js';
import { configure, gatewayBridge, remains } from '../operator/harness/operators.js';
import { fetchPage } from '../sandbox/harness/fetch-page.js';
import { GREETING, makeRootFileSystem, SERVING } from '../sandbox/harness/root-file-system.js';
import { type Outcome, useCommand } from './harness/cli.js';

const lab = useLab();
const libcni = useCommand(lab);
let rootfs: string;

beforeEach(async () => {
  await configure(lab, 'front', [gatewayBridge(lab, 188), portmap, firewall]);
  rootfs = join(lab.folder, 'rootfs');
  await mkdir(rootfs);
  await makeRootFileSystem(rootfs);
});

function pod(action: string, ...words: string[]): Promise<Outcome> {
  const place = (name: string) => join(lab.folder, name);
  const places = [
    '--state-dir',
    place('state'),
    '--pod-dir',
    place('pods'),
    '--runtime-root',
    place('runtime'),
  ];
  return libcni('pod', action, ...places, ...words);
}

async function runPod(file: string, text: string): Promise<string> {
  await writeFile(join(lab.folder, file), text);
  const outcome = await pod(
    'run',
    join(lab.folder, file),
    '--runtime',
    'runc',
    '--rootfs',
    rootfs,
    '--',
    ...SERVING,
  );
  expect(outcome).toMatchObject({ exitCode: 0, stderr: '' });
  const id = outcome.stdout.trim();
  lab.defer(() => pod('rm', id, '--force'));
  return id;
}

const yaml = `apiVersion: v1
kind: Pod
metadata:
  name: web
  namespace: shop
  uid: 6f1c
spec:
  containers:
    - name: web
      image: busybox
      ports: [{ containerPort: 80, hostPort: 18088 }]
`;
const json = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', uid: '6f1c' },
  spec: {
    containers: [{ name: 'web', image: 'busybox', ports: [{ containerPort: 80, hostPort: 18088 }] }],
  },
});
const sandbox = JSON.stringify({
  metadata: { name: 'web', namespace: 'shop', uid: '6f1c', attempt: 0 },
  portMappings: [{ containerPort: 80, hostPort: 18088 }],
});

describe.each([
  ['pod.yaml', yaml],
  ['pod.json', json],
  ['sandbox.json', sandbox],
])('a pod of %s', (file, text) => {
  it('runs, is listed and shown, is reached by its port, stops, and leaves nothing', async () => {
    const id = await runPod(file, text);
    expect((await pod('ps')).stdout).toMatch(
      new RegExp(`^${id.slice(0, 12)}\tshop\tweb\tready\trunning\trunc\t20.*Z\n$`),
    );
    expect(JSON.parse((await pod('ps', '--json')).stdout)).toMatchObject([{ id, state: 'ready' }]);
    const status = JSON.parse((await pod('inspect', id.slice(0, 6), '--json')).stdout);
    expect(status).toMatchObject({
      id,
      network: { ready: true, ipv4: [expect.stringMatching(/^10\.188\.0\./)] },
    });
    await until(() => fetchPage('http://127.0.0.1:18088/').then(Boolean, () => false));
    expect(await fetchPage('http://127.0.0.1:18088/')).toBe(GREETING);

    expect(await pod('stop', id.slice(0, 6), '--grace', '5s')).toMatchObject({
      exitCode: 0,
      stdout: `${id}\n`,
    });
    expect((await pod('ps')).stdout).toContain('\tnotready\tstopped\t');
    expect(await pod('rm', id)).toMatchObject({ exitCode: 0, stdout: `${id}\n` });
    expect(await pod('ps')).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    expect(await remains(lab)).toEqual([]);
  });
});

describe('the command on pods', () => {
  it.each([
    ['a file that is not there', undefined, 3, 'cannot be read'],
    ['what is no YAML', 'kind: [Pod', 1, 'the pod is not valid YAML'],
    ['what is no JSON', '{"kind": "Pod",,}', 1, 'line 1'],
    ['a pod without a name', '{"kind": "Pod", "metadata": {}, "spec": {}}', 1, 'name'],
    ['a sandbox without metadata', '{"hostname": "web"}', 1, '$.metadata'],
  ])('refuses %s, in one line', async (_, text, exitCode, message) => {
    const file = join(lab.folder, 'wrong');
    if (text !== undefined) await writeFile(file, text);
    const outcome = await pod('run', file, '--rootfs', rootfs);
    expect(outcome).toMatchObject({ exitCode, stdout: '', stderr: expect.stringContaining(message) });
    expect(outcome.stderr.trim().split('\n')).toHaveLength(1);
    expect(await remains(lab)).toEqual([]);
  });

  it('leaves nothing of a pod whose program does not exist, and says so', async () => {
    const file = join(lab.folder, 'pod.yaml');
    await writeFile(file, yaml);
    const outcome = await pod('run', file, '--runtime', 'runc', '--rootfs', rootfs, '--', '/none');
    const said = expect.stringMatching(/has no \/none: .*after --/);
    expect(outcome).toMatchObject({ stdout: '', stderr: said });
    expect(outcome.exitCode).not.toBe(0);
    const nowhere = await pod('run', file, '--runtime', 'runc', '--rootfs', join(lab.folder, 'nowhere'));
    expect(nowhere.stderr).toMatch(/the root file system .*nowhere does not exist/);
    expect((await pod('ps')).stdout).toBe('');
    expect(await remains(lab)).toEqual([]);
  });

  it('says which pods do not exist, and goes on with the others', async () => {
    const id = await runPod('pod.yaml', yaml);
    expect(await pod('inspect', 'none')).toMatchObject({ exitCode: 3, stdout: '' });
    expect(await pod('stop', 'none', id)).toMatchObject({ stdout: expect.stringContaining(id) });
    expect(await pod('rm', id)).toMatchObject({ exitCode: 0 });
  });
});
