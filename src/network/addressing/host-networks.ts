import { readFile } from 'node:fs/promises';
import { networkInterfaces } from 'node:os';
import { parseSubnet, type Subnet } from '../../addresses/index.js';

/** Addresses in use, and their owner. */
export interface UsedSubnet {
  readonly subnet: Subnet;
  /** For messages, for example `network web` or `interface eth0`. */
  readonly owner: string;
  /** The interface that has them, if any. */
  readonly interface?: string | undefined;
}

/** The parts of the host's network that a new network must avoid. */
export interface HostNetworks {
  readonly interfaces: ReadonlySet<string>;
  readonly used: readonly UsedSubnet[];
}

/** Reads the host's own network namespace: interfaces, their addresses, and routes of both families. */
export async function hostNetworks(): Promise<HostNetworks> {
  const [devices = [], routes = [], routes6 = [], addresses6 = []] = await Promise.all(
    ['dev', 'route', 'ipv6_route', 'if_inet6'].map(readTable),
  );
  return {
    interfaces: new Set(devices.flatMap((line) => /^\s*([^\s:]+):/.exec(line)?.[1] ?? [])),
    used: [
      ...interfaceSubnets(),
      ...addresses6.flatMap(address6),
      ...routes.flatMap(route4),
      ...routes6.flatMap(route6),
    ],
  };
}

async function readTable(name: string): Promise<string[]> {
  const text = await readFile(`/proc/net/${name}`, 'utf8').catch(() => '');
  return text.split('\n').filter((line) => line.trim() !== '');
}

function interfaceSubnets(): UsedSubnet[] {
  return Object.entries(networkInterfaces()).flatMap(([name, addresses = []]) =>
    addresses.flatMap(({ cidr }) => (cidr ? used(cidr, name, `interface ${name}`) : [])),
  );
}

function address6(line: string): UsedSubnet[] {
  const [address = '', , prefix = '', , , name = ''] = line.trim().split(/\s+/);
  return used(`${groups(address)}/${Number.parseInt(prefix, 16)}`, name, `interface ${name}`);
}

function route6(line: string): UsedSubnet[] {
  const [address = '', prefix = '', ...rest] = line.trim().split(/\s+/);
  const name = rest.at(-1) ?? '';
  // The kernel's own routes to the host's addresses.
  if (name === 'lo') return [];
  return used(`${groups(address)}/${Number.parseInt(prefix, 16)}`, name, `a route through ${name}`);
}

function route4(line: string): UsedSubnet[] {
  const [name = '', destination = '', , , , , , mask = ''] = line.trim().split(/\s+/);
  const prefix = [...bytes(mask)].join('').replace(/0+$/, '').length;
  const address = bytes(destination).map((byte) => Number.parseInt(byte, 2));
  return used(`${address.join('.')}/${prefix}`, name, `a route through ${name}`);
}

/** Four bytes, from the hexadecimal number that the kernel prints in the machine's byte order: little-endian. */
function bytes(hex: string): string[] {
  const pairs = hex.match(/[0-9a-f]{2}/gi) ?? [];
  return pairs.reverse().map((pair) => Number.parseInt(pair, 16).toString(2).padStart(8, '0'));
}

function groups(hex: string): string {
  return hex.match(/.{4}/g)?.join(':') ?? '';
}

/** Ignores link-local and multicast addresses, and default routes, which cover everything. */
function used(cidr: string, name: string, owner: string): UsedSubnet[] {
  const subnet = parseSubnet(cidr);
  if (subnet === undefined || subnet.prefix === 0 || /^(?:fe[89ab]|ff)/i.test(cidr)) return [];
  return [{ subnet, owner, interface: name }];
}
