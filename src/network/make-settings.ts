import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import * as z from 'zod';
import { textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { checkArgument } from '../arguments/parse-argument.js';
import type { AttachedNetwork } from '../operator/index.js';
import {
  type EndpointAddresses,
  type HostBinding,
  type NetworkEndpoint,
  type NetworkSettings,
  networkSettingsSchema,
  type SecondaryAddress,
  type SettingsPort,
} from './settings.js';

/** The input for network settings. */
export interface SettingsSource {
  /** The container or sandbox. */
  readonly id: string;
  /** Path of its network namespace; an empty string in the host network. */
  readonly sandboxKey: string;
  /** The host ports that are mapped to it. @default none */
  readonly ports?: readonly SettingsPort[] | undefined;
  /** The networks that it is attached to. @default none yet */
  readonly networks?: readonly AttachedNetwork[] | undefined;
  /** Its other names, by network name. @default none */
  readonly aliases?: Readonly<Record<string, readonly string[]>> | undefined;
}

const sourceSchema = lazy(() =>
  z.looseObject({
    id: textField(),
    sandboxKey: textField(),
    ports: z.array(z.looseObject({ containerPort: z.number(), protocol: textField() })).optional(),
    networks: z.array(z.looseObject({ name: textField(), addresses: z.array(textField()) })).optional(),
  }),
);

/**
 * The settings of a container or sandbox. They are active if it is attached to a network.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function networkSettings(source: SettingsSource): NetworkSettings {
  const { id, sandboxKey, ports = [], networks = [] } = checkArgument(sourceSchema(), source, 'source');
  const endpoints = networks.map((network) => endpointOf(network, source));
  const first = endpoints.find((endpoint) => endpoint.IPAddress || endpoint.GlobalIPv6Address);
  return {
    Bridge: '',
    SandboxID: id,
    LinkLocalIPv6Address: '',
    LinkLocalIPv6PrefixLen: 0,
    Ports: portBindings(ports),
    CNIPorts: ports,
    SandboxKey: sandboxKey,
    EndpointID: first?.EndpointID ?? '',
    ...addressesOfEndpoint(first),
    Activation: networks.length > 0,
    Networks: byName(networks, endpoints),
  };
}

/**
 * The settings after a detach: ports and key stay, since a later attach needs them.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function deactivated(settings: NetworkSettings): NetworkSettings {
  checkArgument(networkSettingsSchema, settings, 'settings');
  return { ...settings, ...noAddresses, EndpointID: '', Activation: false, Networks: {} };
}

/**
 * All addresses in settings, without prefix, by family, without duplicates.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function settingsAddresses(settings: NetworkSettings): { ipv4: string[]; ipv6: string[] } {
  checkArgument(networkSettingsSchema, settings, 'settings');
  const endpoints = [settings, ...Object.values(settings.Networks)];
  const ipv4 = endpoints.flatMap((at) => [at.IPAddress, ...(at.SecondaryIPAddresses ?? []).map(bare)]);
  const ipv6 = endpoints.flatMap((at) => [
    at.GlobalIPv6Address,
    ...(at.SecondaryIPv6Addresses ?? []).map(bare),
  ]);
  return { ipv4: [...new Set(ipv4.filter(Boolean))], ipv6: [...new Set(ipv6.filter(Boolean))] };
}

const noAddresses: EndpointAddresses = {
  IPAddress: '',
  IPPrefixLen: 0,
  Gateway: '',
  GlobalIPv6Address: '',
  GlobalIPv6PrefixLen: 0,
  IPv6Gateway: '',
  MacAddress: '',
  SecondaryIPAddresses: undefined,
  SecondaryIPv6Addresses: undefined,
};

function endpointOf(network: AttachedNetwork, { id, aliases = {} }: SettingsSource): NetworkEndpoint {
  const { name, ifName, addresses, gateways, mac = '' } = network;
  const parsed = addresses.map(withPrefix);
  const [ipv4, ...moreIpv4] = parsed.filter(({ Addr }) => !isIPv6(Addr));
  const [ipv6, ...moreIpv6] = parsed.filter(({ Addr }) => isIPv6(Addr));
  return {
    Links: [],
    Alias: aliases[name] ?? [],
    NetworkID: idOf(name),
    EndpointID: idOf(`${id} ${name} ${ifName}`),
    IFName: ifName,
    DriverOpts: {},
    IPAddress: ipv4?.Addr ?? '',
    IPPrefixLen: ipv4?.PrefixLen ?? 0,
    Gateway: gateways.find((gateway) => !isIPv6(gateway)) ?? '',
    GlobalIPv6Address: ipv6?.Addr ?? '',
    GlobalIPv6PrefixLen: ipv6?.PrefixLen ?? 0,
    IPv6Gateway: gateways.find((gateway) => isIPv6(gateway)) ?? '',
    MacAddress: mac,
    ...(moreIpv4.length > 0 && { SecondaryIPAddresses: moreIpv4 }),
    ...(moreIpv6.length > 0 && { SecondaryIPv6Addresses: moreIpv6 }),
  };
}

function addressesOfEndpoint(endpoint: NetworkEndpoint | undefined): EndpointAddresses {
  if (endpoint === undefined) return noAddresses;
  const { Links, Alias, NetworkID, EndpointID, IFName, DriverOpts, ...addresses } = endpoint;
  return addresses;
}

/** Makes the id of a network from its name, as docker and podman do, so that everybody gets the same. */
function idOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

function byName(
  networks: readonly AttachedNetwork[],
  endpoints: readonly NetworkEndpoint[],
): Record<string, NetworkEndpoint> {
  const named: Record<string, NetworkEndpoint> = {};
  for (const [index, endpoint] of endpoints.entries()) {
    const name = networks[index]?.name ?? '';
    named[Object.hasOwn(named, name) ? `${name}@${endpoint.IFName}` : name] = endpoint;
  }
  return named;
}

function portBindings(ports: readonly SettingsPort[]): Record<string, HostBinding[]> {
  const bindings: Record<string, HostBinding[]> = {};
  for (const { containerPort, protocol, hostIP = '', hostPort } of ports) {
    const key = `${containerPort}/${protocol}`;
    bindings[key] = [...(bindings[key] ?? []), { HostIp: hostIP, HostPort: String(hostPort) }];
  }
  return bindings;
}

function withPrefix(address: string): SecondaryAddress {
  const [Addr = '', prefix] = address.split('/');
  return { Addr, PrefixLen: Number(prefix ?? (isIPv6(Addr) ? 128 : 32)) };
}

function bare({ Addr }: SecondaryAddress): string {
  return Addr;
}
