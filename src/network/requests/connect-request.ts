import { isAbsolute } from 'node:path';
import * as z from 'zod';
import { canonicalHardwareAddress, canonicalIp } from '../../addresses/index.js';
import { aboutWhole } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { asError } from '../../errors/system-error.js';
import type { CapabilityArgs } from '../../libcni/index.js';
import { withoutUndefined } from '../../libcni/result/fields.js';
import type { PortMapping, PortProtocol } from '../../operator/index.js';
import { expandPortMapping, portMappingsSchema, protocolField } from '../../operator/index.js';
import { containerIdField, hostNameField, ifNameField, networkReferenceField } from './fields.js';

/** A port of a container that is published on the host. */
export interface PublishedPort {
  /** 1 to 65535. */
  readonly containerPort: number;
  /** 1 to 65535; 0 for any free port. @default any free port */
  readonly hostPort?: number | undefined;
  /** @default tcp */
  readonly protocol?: PortProtocol | undefined;
  /** The address of the host to listen on. @default all of them */
  readonly hostIP?: string | undefined;
}

/** A container to connect to a network. */
export interface ConnectRequest {
  /** The network's name, id, or the beginning of its id. @default the predefined network */
  readonly network?: string | undefined;
  /** The container's id. */
  readonly id: string;
  /** The path of its network namespace. Give this or `pid`. */
  readonly netns?: string | undefined;
  /** A process in its network namespace. A file pins the namespace until the container leaves its last network. */
  readonly pid?: number | undefined;
  /** The name under which other containers of the network find it. @default the first 12 characters of the id */
  readonly name?: string | undefined;
  /** Further names. @default none */
  readonly aliases?: readonly string[] | undefined;
  /** A static IPv4 address. @default any free address */
  readonly ip?: string | undefined;
  /** A static IPv6 address. @default any free address, if the network has IPv6 */
  readonly ip6?: string | undefined;
  /** A hardware address of six octets. @default chosen by the kernel */
  readonly mac?: string | undefined;
  /**
   * The interface inside the namespace. One that something else has made there is refused with `ERR_CONFLICT`, chosen or given.
   * @default the lowest `eth<n>` that is free among the container's attachments
   */
  readonly ifName?: string | undefined;
  /** Ports to publish; a string as in `8080:80/tcp`. @default none */
  readonly ports?: readonly (string | PublishedPort)[] | undefined;
  /** Further capability arguments, such as `bandwidth`. @default none */
  readonly capabilityArgs?: CapabilityArgs | undefined;
  /** Arguments for `CNI_ARGS`. @default none */
  readonly args?: readonly (readonly [string, string])[] | undefined;
  /** The hosts file of the container, for its bind mount. @default a file of the library, which is in the result */
  readonly hostsFile?: string | undefined;
  /** The `resolv.conf` of the container, to add the name servers of networks to. @default none */
  readonly resolvConf?: string | undefined;
}

/** A container to disconnect from a network. */
export interface DisconnectRequest {
  /** The network's name, id, or the beginning of its id. @default the predefined network */
  readonly network?: string | undefined;
  readonly id: string;
  /** @default all of its interfaces on the network */
  readonly ifName?: string | undefined;
  /** The published ports as returned by `connect`, for an attachment whose record is lost. @default none */
  readonly ports?: readonly PortMapping[] | undefined;
}

const portNumber = lazy(() =>
  z.number().int().min(1, { error: 'must be 1 to 65535' }).max(65_535, { error: 'must be 1 to 65535' }),
);

const ipField = (family: 4 | 6) =>
  z.string().transform((text, context) => {
    const address = canonicalIp(text);
    if (address !== undefined && address.includes(':') === (family === 6)) return address;
    context.addIssue({
      code: 'custom',
      message: `must be an IPv${family} address without a prefix`,
      input: text,
    });
    return z.NEVER;
  });

const portField = lazy(() =>
  z
    .strictObject({
      containerPort: portNumber(),
      hostPort: z.number().int().min(0).max(65_535, { error: 'must be 0 to 65535' }).default(0),
      protocol: protocolField(),
      hostIP: z
        .string()
        .refine((text) => canonicalIp(text) !== undefined, { error: 'must be an address of the host' })
        .optional(),
    })
    .transform(withoutUndefined),
);

const CONTAINER_PORT = /^(?:0:)?(\d+(?:\/\w+)?)$/;

/** A string may mean a range of ports, or just a port of the container. */
function portsOfText(text: string): z.input<ReturnType<typeof portField>>[] {
  const [, containerPort] = CONTAINER_PORT.exec(text) ?? [];
  if (containerPort === undefined) return expandPortMapping(text, { ranges: true });
  return expandPortMapping(`1:${containerPort}`, { ranges: false }).map((port) => ({ ...port, hostPort: 0 }));
}

const portTextField = lazy(() =>
  z.string().transform((text, context) => {
    try {
      return portsOfText(text);
    } catch (error) {
      context.addIssue({ code: 'custom', message: asError(error).message, input: text });
      return z.NEVER;
    }
  }),
);

const portsField = lazy(() =>
  z
    .array(
      z.union([portTextField().pipe(z.array(portField())), portField().transform((port) => [port])], {
        error: 'must be a port such as 8080:80/tcp, or an object with a containerPort',
      }),
    )
    .transform((ports) => ports.flat()),
);

const pathField = lazy(() =>
  z.string().refine((text) => isAbsolute(text) && !text.includes('\0'), {
    error: 'must be an absolute path',
  }),
);

const schema = lazy(() =>
  z
    .strictObject({
      network: networkReferenceField().optional(),
      id: containerIdField(),
      netns: pathField().optional(),
      pid: z.number().int().positive({ error: 'must be a process id' }).optional(),
      name: hostNameField().optional(),
      aliases: z.array(hostNameField()).default([]),
      ip: ipField(4).optional(),
      ip6: ipField(6).optional(),
      mac: z
        .string()
        .transform((text, context) => {
          const address = canonicalHardwareAddress(text, 6);
          // The lowest bit of the first octet marks group addresses.
          if (address !== undefined && Number.parseInt(address.slice(0, 2), 16) % 2 === 0) return address;
          context.addIssue({
            code: 'custom',
            message: 'must be the hardware address of an interface, such as 02:00:00:00:00:01',
            input: text,
          });
          return z.NEVER;
        })
        .optional(),
      ifName: ifNameField().optional(),
      ports: portsField().default([]),
      capabilityArgs: z.record(z.string(), z.unknown()).default({}),
      args: z.array(z.tuple([z.string(), z.string()])).default([]),
      hostsFile: pathField().optional(),
      resolvConf: pathField().optional(),
    })
    .refine(
      ({ netns, pid }) => (netns === undefined) !== (pid === undefined),
      aboutWhole('must have either netns or pid'),
    ),
);

const disconnectSchema = lazy(() =>
  z.strictObject({
    network: networkReferenceField().optional(),
    id: containerIdField(),
    ifName: ifNameField().optional(),
    ports: portMappingsSchema.optional(),
  }),
);

export type ParsedConnect = z.infer<ReturnType<typeof schema>>;
export type ParsedPort = z.infer<ReturnType<typeof portField>>;

/** @throws LibcniError `ERR_CONF_INVALID` */
export function parseConnect(given: unknown): ParsedConnect {
  return parseJsonArgument(schema(), given, 'connect: request');
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function parseDisconnect(given: unknown): z.infer<ReturnType<typeof disconnectSchema>> {
  return parseJsonArgument(disconnectSchema(), given, 'disconnect: request');
}
