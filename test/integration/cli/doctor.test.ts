import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { runHook } from '../../../src/index.js';
import { until } from '../harness/eventually.js';
import { useLab } from '../harness/lab.js';
import { run } from '../harness/run.js';
import { confDir, configure, createOperator, gatewayBridge } from '../operator/harness/operators.js';
import { useCommand } from './harness/cli.js';

interface Finding {
  readonly area: string;
  readonly level: string;
  readonly subject: string;
  readonly message: string;
  readonly todo?: string;
}

const lab = useLab();
const libcni = useCommand(lab);

async function findings(...args: string[]): Promise<{ exitCode: number; found: Finding[] }> {
  const { exitCode, stdout } = await libcni('doctor', '--json', ...args);
  return { exitCode, found: JSON.parse(stdout).findings };
}

it('finds nothing wrong where nothing is, and leaves nothing', async () => {
  await configure(lab, 'front', [gatewayBridge(lab, 183)]);
  const { exitCode, found } = await findings();
  expect(found.filter(({ level }) => level === 'wrong')).toEqual([]);
  expect(exitCode).toBe(0);
  for (const subject of ['veth', 'bridge', 'helper', 'iptables', 'host-local', 'front', 'leftovers'])
    expect(found).toContainEqual(expect.objectContaining({ subject, level: 'ok' }));
});

it('names the file, the place and the cure of what is wrong with configurations', async () => {
  await configure(lab, 'front', [{ type: 'there-is-none' }]);
  await writeFile(join(confDir(lab), 'broken.conflist'), '{"name": "broken", ');
  const { exitCode, found } = await findings('--only', 'configuration');
  expect(exitCode).toBe(2);
  expect(found).toMatchObject([
    { level: 'wrong', subject: join(confDir(lab), 'broken.conflist'), todo: expect.any(String) },
    { level: 'wrong', subject: 'front', message: expect.stringContaining('there-is-none') },
  ]);
  const { stdout } = await libcni('doctor', '--only', 'configuration', '--quiet');
  expect(stdout.trim().split('\n')).toHaveLength(3);
});

it('finds what nobody has any more: record, lease, rule, bridge, namespace', async () => {
  await configure(lab, 'front', [gatewayBridge(lab, 183)]);
  const pod = await lab.pod();
  await libcni('attach', pod.id, pod.path, 'front');
  await pod.netns.remove();
  await mkdir(join(lab.dataDir, 'front'), { recursive: true });
  await writeFile(join(lab.dataDir, 'front', '10.183.0.77'), 'ghost\r\neth0');
  await run('iptables', '-t', 'nat', '-A', 'POSTROUTING', ...comment('name: "front" id: "ghost"'));
  await run('ip', 'link', 'add', 'cni-ghost', 'type', 'bridge');
  await libcni('netns', 'create', 'libcni-ghost');
  lab.defer(() => libcni('netns', 'rm', 'libcni-ghost'));
  lab.defer(() => run('ip', 'link', 'delete', 'cni-ghost'));

  const { exitCode, found } = await findings('--only', 'leftovers');
  expect(exitCode).toBe(2);
  const subjects = found.map(({ subject }) => subject);
  expect(subjects).toEqual(
    expect.arrayContaining([
      `eth0 of ${pod.id} on front`,
      join(lab.dataDir, 'front', '10.183.0.77'),
      'iptables rules of ghost',
      'cni-ghost',
      '/var/run/netns/libcni-ghost',
    ]),
  );
  expect(found.every(({ todo }) => todo !== undefined)).toBe(true);
  const [rule] = found.filter(({ subject }) => subject === 'iptables rules of ghost');
  await run('sh', '-c', rule?.todo ?? '');
  expect(await run('iptables', '-t', 'nat', '-S')).not.toContain('ghost');
  await run('rm', join(lab.dataDir, 'front', '10.183.0.77'));
  expect(await libcni('detach', pod.id)).toMatchObject({ exitCode: 0 });
});

it('finds rules of nftables that nobody has any more, and says how each goes', async () => {
  const pod = await lab.pod();
  await configure(lab, 'front', [gatewayBridge(lab, 183)]);
  await libcni('attach', pod.id, pod.path, 'front');
  const instance = (id: string) => `0123456789abcdef-0123456789abcdef, net: front, if: eth0, id: ${id}`;
  const tables = [
    nftTable('ip', 'cni_hostport', 'hostports', ['ghost', pod.id]),
    nftTable('inet', 'cni_plugins_masquerade', 'masq_checks', [instance('ghost'), instance(pod.id)]),
    nftTable('inet', 'mine', 'mine', ['ghost of mine']),
  ];
  await run('nft', tables.join('\n'));
  for (const table of ['ip cni_hostport', 'inet cni_plugins_masquerade', 'inet mine'])
    lab.defer(() => run('nft', `delete table ${table}`));
  const rules = async () => {
    const { found } = await findings('--only', 'leftovers');
    return found.filter(({ subject }) => subject.startsWith('nft'));
  };
  const left = await rules();
  expect(left).toMatchObject([
    {
      level: 'note',
      subject: 'nft rules of ghost',
      message: expect.stringMatching(/^there are 1, but no such container/),
    },
    {
      level: 'wrong',
      subject: 'nft rules of ghost',
      message: expect.stringMatching(/^there are 1 for network front/),
    },
  ]);
  for (const { todo = '' } of left) await run('sh', '-c', todo);
  expect(await rules()).toEqual([]);
  expect(await libcni('detach', pod.id)).toMatchObject({ exitCode: 0 });
});

function nftTable(family: string, table: string, chain: string, comments: readonly string[]): string {
  const rules = comments.map((text) => `ip daddr 10.183.0.77 accept comment "${text}"`);
  return [`table ${family} ${table} {`, `chain ${chain} {`, ...rules, '}', '}'].join('\n');
}

it('finds a container of a hook whose poststop never came', async () => {
  await configure(lab, 'front', [gatewayBridge(lab, 183)]);
  const child = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
  const { pid } = child;
  await until(() => readFileSync(`/proc/${pid}/cmdline`, 'utf8').startsWith('sleep'));
  const operator = await createOperator(lab);
  const state = JSON.stringify({ ociVersion: '1.0.2', id: 'orphan', status: 'created', pid, bundle: '/b' });
  const places = { operator, stateDir: join(lab.cacheDir, 'libcni') };
  await runHook('createRuntime', state, { ...places, env: {} });
  const orphans = async () =>
    (await findings('--only', 'leftovers')).found.filter(({ subject }) => subject === 'hook of orphan');
  expect(await orphans()).toEqual([]);
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
  expect(await orphans()).toMatchObject([
    { level: 'note', todo: expect.stringContaining('libcni hook reap') },
  ]);
  expect(await libcni('hook', 'reap')).toMatchObject({ exitCode: 0, stdout: 'orphan\tremoved\n' });
  expect(await orphans()).toEqual([]);
});

function comment(text: string): string[] {
  return ['-s', '10.183.0.77/32', '-m', 'comment', '--comment', text, '-j', 'ACCEPT'];
}
