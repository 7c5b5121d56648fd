import type { Lab } from './lab.js';
import type { Pod } from './pod.js';
import { run } from './run.js';

/** A machine outside of the host, with its own link to it. */
export interface Outside {
  /** The path of its namespace. */
  readonly path: string;
  /** Addresses of the host on that link. */
  readonly host: { readonly first: string; readonly second: string; readonly ipv6: string };
}

const host = { first: '192.0.2.1', second: '192.0.2.3', ipv6: '2001:db8:1::1' };

/** Gives the host a link to a new namespace, as if to another machine. The link is removed with the test. */
export async function connectOutside(lab: Lab): Promise<Outside> {
  const machine = await lab.pod();
  lab.defer(() => run('ip', 'link', 'delete', 'uplink'));
  await run('ip', 'link', 'add', 'uplink', 'type', 'veth', 'peer', 'name', 'net0', 'netns', machine.path);
  await run('ip', 'address', 'add', `${host.first}/24`, 'dev', 'uplink');
  await run('ip', 'address', 'add', `${host.second}/24`, 'dev', 'uplink');
  await run('ip', 'address', 'add', `${host.ipv6}/64`, 'dev', 'uplink', 'nodad');
  await run('ip', 'link', 'set', 'uplink', 'up');
  await setUp(machine);
  return { path: machine.path, host };
}

async function setUp(machine: Pod): Promise<void> {
  await machine.run('ip', 'address', 'add', '192.0.2.2/24', 'dev', 'net0');
  await machine.run('ip', 'address', 'add', '2001:db8:1::2/64', 'dev', 'net0', 'nodad');
  await machine.run('ip', 'link', 'set', 'net0', 'up');
}
