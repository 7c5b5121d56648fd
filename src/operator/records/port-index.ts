import { giveWay } from '../../files/give-way.js';

/** A port of the host that is mapped to a container. */
export interface HostPort {
  /** In canonical spelling; an empty string means every address. */
  readonly hostIP: string;
  readonly hostPort: number;
  readonly protocol: string;
  /** The port of the container; absent if unknown. */
  readonly containerPort?: number | undefined;
}

/** Host ports, by what can overlap with them: a pod may have thousands of ports, or one port on thousands of addresses. */
export class PortIndex {
  /** By number, then by protocol and address, and by protocol and family. */
  readonly #ports = new Map<number, Map<string, HostPort[]>>();

  /** The index of many ports, made in turns. */
  static async of(ports: Iterable<HostPort>): Promise<PortIndex> {
    const index = new PortIndex();
    for (const port of ports) {
      await giveWay();
      index.add(port);
    }
    return index;
  }

  /** Adds a port, unless the same port of the host is there for the same port of the container. */
  add(port: HostPort): void {
    const places = this.#ports.get(port.hostPort) ?? new Map<string, HostPort[]>();
    this.#ports.set(port.hostPort, places);
    const { protocol, hostIP, containerPort } = port;
    if (at(places, `${protocol} ${hostIP}`).some((other) => other.containerPort === containerPort)) return;
    for (const place of [hostIP, ...familiesOf(hostIP)]) {
      const key = `${protocol} ${place}`;
      const others = places.get(key);
      if (others === undefined) places.set(key, [port]);
      else others.push(port);
    }
  }

  /** The ports that overlap with this one. */
  overlapping({ hostPort, hostIP, protocol }: HostPort): readonly HostPort[] {
    const places = this.#ports.get(hostPort);
    if (places === undefined) return [];
    const families = familiesOf(hostIP);
    const overlapping = isWildcard(hostIP)
      ? families
      : [hostIP, '', ...families.map((one) => WILDCARDS[one])];
    return [...new Set(overlapping.flatMap((place) => at(places, `${protocol} ${place}`)))];
  }
}

const WILDCARDS = { IPv4: '0.0.0.0', IPv6: '::' };

function at(places: ReadonlyMap<string, readonly HostPort[]>, key: string): readonly HostPort[] {
  return places.get(key) ?? [];
}

function isWildcard(hostIP: string): boolean {
  return hostIP === '' || hostIP === WILDCARDS.IPv4 || hostIP === WILDCARDS.IPv6;
}

/** No address at all means both. `0.0.0.0` leaves IPv6 alone, and `::` leaves IPv4 alone. */
function familiesOf(hostIP: string): readonly (keyof typeof WILDCARDS)[] {
  if (hostIP === '') return ['IPv4', 'IPv6'];
  return hostIP.includes(':') ? ['IPv6'] : ['IPv4'];
}
