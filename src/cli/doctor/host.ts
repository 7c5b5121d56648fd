import { readFile } from 'node:fs/promises';
import { runSystemProgram } from '../../platform/tools/system-program.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, note } = findingsOf('host');

/** Checks whether the machine forwards packets. */
export async function checkHost(): Promise<Finding[]> {
  const found = await Promise.all([
    forwarding('net.ipv4.ip_forward', 'IPv4'),
    forwarding('net.ipv6.conf.all.forwarding', 'IPv6'),
    forwardPolicy('iptables'),
    forwardPolicy('ip6tables'),
    bridgeFilter(),
  ]);
  return found.flat();
}

async function forwarding(key: string, family: string): Promise<Finding[]> {
  const value = await sysctl(key);
  if (value === undefined) return [note(key, `the kernel has no ${family}`)];
  if (value !== '0') return [ok(key, `${family} packets are forwarded`)];
  const message = `${family} packets are not forwarded: containers cannot reach outside until a plugin turns it on`;
  return [note(key, message, `sysctl -w ${key}=1`)];
}

async function forwardPolicy(program: string): Promise<Finding[]> {
  const outcome = await runSystemProgram(program, ['-w', '-S', 'FORWARD']).catch(() => undefined);
  if (outcome === undefined || outcome.exitCode !== 0) return [];
  const policy = /^-P FORWARD (\w+)/m.exec(outcome.stdout)?.[1];
  const subject = `${program} FORWARD`;
  if (policy !== 'DROP') return [ok(subject, `lets packets through (policy ${policy})`)];
  const message = 'drops packets unless a rule accepts them: containers cannot reach outside';
  return [
    note(subject, message, `add the plugin firewall to the networks, or: ${program} -P FORWARD ACCEPT`),
  ];
}

async function bridgeFilter(): Promise<Finding[]> {
  const value = await sysctl('net.bridge.bridge-nf-call-iptables');
  const subject = 'br_netfilter';
  if (value === undefined)
    return [
      note(
        subject,
        'is not loaded: packet rules do not apply inside a bridge',
        'modprobe br_netfilter, if you need Kubernetes or isolated networks',
      ),
    ];
  if (value === '1') return [ok(subject, 'rules see packets inside a bridge')];
  return [
    note(
      subject,
      'is loaded, but packet rules do not apply inside a bridge',
      'sysctl -w net.bridge.bridge-nf-call-iptables=1',
    ),
  ];
}

async function sysctl(key: string): Promise<string | undefined> {
  const text = await readFile(`/proc/sys/${key.replaceAll('.', '/')}`, 'utf8').catch(() => undefined);
  return text?.trim();
}
