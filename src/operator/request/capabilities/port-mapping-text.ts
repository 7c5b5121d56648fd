import { isIPv4, isIPv6 } from 'node:net';
import { refused } from './check-value.js';

const FORM =
  /^(?:(?:\[(?<ipv6>[^\]]+)\]|(?<ipv4>[^:[\]]+)):)?(?<host>[\d-]+):(?<container>[\d-]+)(?:\/(?<protocol>\w+))?$/;
const MAX_PORT = 65_535;

interface MappedPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostIP: string | undefined;
}

/**
 * The mappings of a string `[hostIP:]hostPort:containerPort[/protocol]`: one, or one for each port of a range.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function expandPortMapping(text: string, { ranges }: { ranges: boolean }): MappedPort[] {
  const groups = FORM.exec(text)?.groups;
  if (groups === undefined) throw invalid(text, 'must be [hostIP:]hostPort:containerPort[/protocol]');
  const host = readPorts(text, groups.host);
  const container = readPorts(text, groups.container);
  if (host.count !== container.count) throw invalid(text, 'maps ranges of different lengths');
  if (!ranges && host.count > 1) throw invalid(text, 'must map one port; a range makes a list');
  const rest = { protocol: readProtocol(text, groups.protocol), hostIP: readHostIp(text, groups) };
  return Array.from({ length: host.count }, (_, index) => ({
    hostPort: host.first + index,
    containerPort: container.first + index,
    ...rest,
  }));
}

interface Ports {
  readonly first: number;
  readonly count: number;
}

function readPorts(text: string, ports = ''): Ports {
  const [first = '', last = first, ...rest] = ports.split('-');
  if (rest.length > 0 || !isPort(first) || !isPort(last)) {
    throw invalid(text, 'must have ports from 1 to 65535, or ranges of them');
  }
  const count = Number(last) - Number(first) + 1;
  if (count < 1) throw invalid(text, 'has a range that ends before it begins');
  return { first: Number(first), count };
}

function isPort(text: string): boolean {
  return /^\d{1,5}$/.test(text) && Number(text) >= 1 && Number(text) <= MAX_PORT;
}

function readProtocol(text: string, protocol = 'tcp'): 'tcp' | 'udp' | 'sctp' {
  const known = (['tcp', 'udp', 'sctp'] as const).find((name) => name === protocol.toLowerCase());
  if (known === undefined) throw invalid(text, 'must have the protocol tcp, udp or sctp');
  return known;
}

function readHostIp(text: string, { ipv4, ipv6 }: { [group: string]: string | undefined }) {
  if (ipv4 !== undefined && !isIPv4(ipv4)) {
    throw invalid(text, 'must begin with an IPv4 address, or an IPv6 address in brackets');
  }
  if (ipv6 !== undefined && !isIPv6(ipv6)) throw invalid(text, 'must have an IPv6 address in its brackets');
  return ipv4 ?? ipv6;
}

function invalid(text: string, problem: string) {
  return refused('port mapping', problem, { value: text });
}
