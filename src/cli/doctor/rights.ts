import { readFile } from 'node:fs/promises';
import { type Finding, findingsOf } from './finding.js';

const { ok, wrong } = findingsOf('rights');

/** The capabilities that networks need, by kernel number, and what for. */
const needed: readonly (readonly [number: number, name: string, what: string])[] = [
  [12, 'CAP_NET_ADMIN', 'interfaces, addresses, routes and rules'],
  [13, 'CAP_NET_RAW', 'iptables'],
  [21, 'CAP_SYS_ADMIN', 'namespaces and mounts'],
  [1, 'CAP_DAC_OVERRIDE', 'files of other users'],
  [19, 'CAP_SYS_PTRACE', 'namespaces of processes of other users'],
];

/** Checks the permissions of this process. */
export async function checkRights(): Promise<Finding[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const effective = BigInt(`0x${/^CapEff:\s*([0-9a-f]+)$/m.exec(status)?.[1] ?? '0'}`);
  const missing = needed.filter(([number]) => (effective & (1n << BigInt(number))) === 0n);
  const user = `user ${process.geteuid?.() ?? 0}`;
  if (missing.length === 0) return [ok(user, 'has all capabilities that are needed')];
  return missing.map(([, name, what]) =>
    wrong(
      name,
      `is missing, which is needed for ${what}`,
      'run as root, or give the service this capability',
    ),
  );
}
