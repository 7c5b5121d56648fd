import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { SUPPORTED_VERSIONS } from '../../libcni/version.js';
import type { NetworkIpam, NetworkSubnet } from '../network.js';
import { withOptions } from './docker-options.js';
import { ifNameField, networkNameField, textsField } from './fields.js';

/** A network to make. */
export interface CreateNetworkRequest {
  /** Letters, digits, `_`, `.` and `-`, 200 at most. @default that of its bridge, or a numbered one */
  readonly name?: string | undefined;
  /** `bridge`, `macvlan`, `ipvlan`, or one of `NetworksOptions.drivers`. @default bridge */
  readonly driver?: string | undefined;
  /** A string stands for the subnet alone. @default one of IPv4 that nobody uses; none for macvlan, which asks DHCP */
  readonly subnets?: readonly (string | NetworkSubnet)[] | undefined;
  /** Whether containers get an address of IPv6, too; a private subnet is chosen where none is given. @default false */
  readonly ipv6?: boolean | undefined;
  /** Who gives addresses. @default host-local; for macvlan without subnets dhcp */
  readonly ipam?: NetworkIpam | undefined;
  /** Whether nothing leads out of the network. @default false */
  readonly internal?: boolean | undefined;
  /** Whether containers of other isolated networks cannot reach it. @default false */
  readonly isolate?: boolean | undefined;
  /** Whether containers go out with the host's address. @default true; false for an internal network */
  readonly ipMasq?: boolean | undefined;
  /** The name of the bridge; one that is there already is used, and stays when the network goes. @default a free one */
  readonly bridge?: string | undefined;
  /** The interface of the host that macvlan and ipvlan work on. */
  readonly parent?: string | undefined;
  /** macvlan: bridge, private, vepa, passthru; ipvlan: l2, l3, l3s. @default bridge; l2 */
  readonly mode?: string | undefined;
  /** Bytes, 68 to 65535. @default that of the host's interfaces */
  readonly mtu?: number | undefined;
  /** The VLAN of the bridge's ports, 1 to 4094. @default none */
  readonly vlan?: number | undefined;
  /** Whether the plugin `dnsname` answers for names of containers. @default whether it is installed */
  readonly dns?: boolean | undefined;
  /** @default none */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /** Options as docker and podman have them, such as `com.docker.network.bridge.name`. @default none */
  readonly options?: Readonly<Record<string, string>> | undefined;
  /** Whether a network of that name that is there already is the answer. @default false */
  readonly ignoreExists?: boolean | undefined;
  /** The version of the configuration. @default the highest that all its plugins speak, 1.0.0 at most */
  readonly cniVersion?: string | undefined;
  /** What happens where a plugin is not installed: `warn` makes the network all the same, as iSulad does. @default refuse */
  readonly missingPlugins?: 'refuse' | 'warn' | undefined;
}

/** What people would take for something else. */
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
      .min(68, { error: 'must be 68 at least' })
      .max(65535, { error: 'must be 65535 at most' })
      .optional(),
    vlan: z.number().int().min(0).max(4094, { error: 'must be 1 to 4094' }).optional(),
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
  // What options stand for is held to the same rules.
  const request = parseJsonArgument(schema(), folded, 'create: request');
  if (request.name !== undefined && RESERVED.includes(request.name)) {
    const summary = `create: ${request.name} is a reserved name, as are ${RESERVED.join(', ')}: take another one`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.name', value: request.name });
  }
  return request;
}
