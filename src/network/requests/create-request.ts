import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { SUPPORTED_VERSIONS } from '../../libcni/version.js';
import type { NetworkIpam, NetworkSubnet } from '../network.js';
import { withOptions } from './docker-options.js';
import { ifNameField, networkNameField, textsField } from './fields.js';

/** A network to create. */
export interface CreateNetworkRequest {
  /** Letters, digits, `_`, `.` and `-`, 200 at most. @default the name of its bridge, or a numbered one */
  readonly name?: string | undefined;
  /** `bridge`, `macvlan`, `ipvlan`, or one of `NetworksOptions.drivers`. @default bridge */
  readonly driver?: string | undefined;
  /** A string means just the subnet. @default a free IPv4 subnet; none for macvlan, which uses DHCP */
  readonly subnets?: readonly (string | NetworkSubnet)[] | undefined;
  /** Whether containers also get an IPv6 address; without an IPv6 subnet, a private one is chosen. @default false */
  readonly ipv6?: boolean | undefined;
  /** Who assigns addresses. @default host-local; for macvlan without subnets dhcp */
  readonly ipam?: NetworkIpam | undefined;
  /** Whether containers cannot reach anything outside of the network. @default false */
  readonly internal?: boolean | undefined;
  /** Whether containers of other isolated networks cannot reach it. @default false */
  readonly isolate?: boolean | undefined;
  /** Whether outgoing traffic gets the host's address. @default true; false for an internal network */
  readonly ipMasq?: boolean | undefined;
  /** The name of the bridge. An existing bridge is used, and stays when the network is removed. @default a free name */
  readonly bridge?: string | undefined;
  /** The host interface that macvlan and ipvlan use. */
  readonly parent?: string | undefined;
  /** macvlan: bridge, private, vepa, passthru; ipvlan: l2, l3, l3s. @default bridge; l2 */
  readonly mode?: string | undefined;
  /** Bytes, 68 to 65535. @default the MTU of the host's interfaces */
  readonly mtu?: number | undefined;
  /** The VLAN of the bridge's ports, 1 to 4094; 0 means none. @default 0 */
  readonly vlan?: number | undefined;
  /** Whether the plugin `dnsname` answers for names of containers. @default whether it is installed */
  readonly dns?: boolean | undefined;
  /** @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Options of docker and podman, such as `com.docker.network.bridge.name`. @default none */
  readonly options?: Readonly<Record<string, string>> | undefined;
  /** Whether to return an existing network of that name. @default false */
  readonly ignoreExists?: boolean | undefined;
  /** The version of the configuration. @default the highest that all its plugins support, at most 1.0.0 */
  readonly cniVersion?: string | undefined;
  /** How to handle a missing plugin: `warn` creates the network anyway, as iSulad does. @default refuse */
  readonly missingPlugins?: 'refuse' | 'warn' | undefined;
}

/** Names that mean something else to people. */
const RESERVED = ['none', 'host', 'private', 'slirp4netns', 'pasta', 'container', 'ns', 'default'];

const subnetField = lazy(() =>
  z.union(
    [
      z.string().transform((subnet) => ({ subnet })),
      z.strictObject({
        subnet: z.string(),
        gateway: z.string().optional(),
        ipRange: z.string().optional(),
        excluded: z.array(z.string()).readonly().optional(),
      }),
    ],
    { error: 'must be a subnet such as 10.1.0.0/24, or an object with one' },
  ),
);

const schema = lazy(() =>
  z.strictObject({
    name: networkNameField().optional(),
    driver: z.string().default('bridge'),
    subnets: z.array(subnetField()).readonly().default([]),
    ipv6: z.boolean().optional(),
    ipam: z.enum(['host-local', 'dhcp', 'none'], { error: 'must be host-local, dhcp or none' }).optional(),
    internal: z.boolean().default(false),
    isolate: z.boolean().optional(),
    ipMasq: z.boolean().optional(),
    bridge: ifNameField().optional(),
    parent: ifNameField().optional(),
    mode: z.string().optional(),
    mtu: z
      .number()
      .int()
      .min(68, { error: 'must be at least 68' })
      .max(65535, { error: 'must be at most 65535' })
      .optional(),
    vlan: z
      .number()
      .int()
      .min(0, { error: 'must be 1 to 4094, or 0 for none' })
      .max(4094, { error: 'must be 1 to 4094, or 0 for none' })
      .optional(),
    dns: z.boolean().optional(),
    labels: textsField().default({}),
    options: textsField().default({}),
    ignoreExists: z.boolean().default(false),
    cniVersion: z
      .enum(SUPPORTED_VERSIONS, { error: `must be one of ${SUPPORTED_VERSIONS.join(', ')}` })
      .optional(),
    missingPlugins: z.enum(['refuse', 'warn'], { error: 'must be refuse or warn' }).default('refuse'),
  }),
);

/** A request with its options folded into arguments. */
export type ParsedCreate = z.infer<ReturnType<typeof schema>>;

/** @throws LibcniError `ERR_CONF_INVALID` */
export function parseCreate(given: unknown): ParsedCreate {
  const parsed = parseJsonArgument(schema(), given, 'create: request');
  const folded = withOptions(parsed);
  // Arguments that come from options must meet the same rules.
  const request = parseJsonArgument(schema(), folded, 'create: request');
  refuseName(request);
  return request;
}

/** A network without a name of its own has that of its bridge. */
function refuseName({ name: given, bridge }: ParsedCreate): void {
  const name = given ?? bridge;
  if (name === undefined) return;
  const jsonPath = given === undefined ? '$.bridge' : '$.name';
  const refuse = (why: string) => new LibcniError('ERR_CONF_INVALID', why, { jsonPath, value: name });
  if (!networkNameField().safeParse(name).success)
    throw refuse(`create: the network cannot have the name of its bridge, ${name}: give it a name`);
  if (RESERVED.includes(name))
    throw refuse(`create: ${name} is a reserved name, as are ${RESERVED.join(', ')}: take another one`);
}
