import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { describedBy } from '../libcni/result/fields.js';

/** An address in addition to the first one of its family. */
export interface SecondaryAddress {
  readonly Addr: string;
  readonly PrefixLen: number;
}

/** Addresses of one interface, or of a sandbox as a whole. Empty strings and 0 mean absent. */
export interface EndpointAddresses {
  readonly IPAddress: string;
  readonly IPPrefixLen: number;
  readonly Gateway: string;
  readonly GlobalIPv6Address: string;
  readonly GlobalIPv6PrefixLen: number;
  readonly IPv6Gateway: string;
  readonly MacAddress: string;
  /** Further IPv4 addresses. @default none */
  readonly SecondaryIPAddresses?: readonly SecondaryAddress[] | undefined;
  /** Further IPv6 addresses. @default none */
  readonly SecondaryIPv6Addresses?: readonly SecondaryAddress[] | undefined;
}

/** One network of a sandbox. */
export interface NetworkEndpoint extends EndpointAddresses {
  readonly Links: readonly string[];
  readonly Alias: readonly string[];
  readonly NetworkID: string;
  readonly EndpointID: string;
  /** The interface inside the namespace. */
  readonly IFName: string;
  readonly DriverOpts: Readonly<Record<string, string>>;
}

/** A host port that is mapped to a port of the sandbox; the keys are those of the CNI capability `portMappings`. */
export interface SettingsPort {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: string;
  readonly hostIP?: string | undefined;
}

/** An address and port of the host. */
export interface HostBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

/**
 * The network of a container or sandbox in the form of iSulad's file `network_settings.json`. The addresses at the top
 * come from the first network that has some. Unknown keys survive a round trip.
 */
export interface NetworkSettings extends EndpointAddresses {
  readonly Bridge: string;
  readonly SandboxID: string;
  readonly LinkLocalIPv6Address: string;
  readonly LinkLocalIPv6PrefixLen: number;
  /** By port and protocol, such as `80/tcp`. */
  readonly Ports: Readonly<Record<string, readonly HostBinding[]>>;
  readonly CNIPorts: readonly SettingsPort[];
  /** Path of the network namespace; empty in the host network. */
  readonly SandboxKey: string;
  readonly EndpointID: string;
  /** Whether the networks are set up. */
  readonly Activation: boolean;
  /** By network name. The second attachment to a network has its interface appended: `net@eth1`. */
  readonly Networks: Readonly<Record<string, NetworkEndpoint>>;
}

const secondary = lazy(() => z.array(z.looseObject({ Addr: z.string(), PrefixLen: z.number() })).readonly());

/** A field that becomes empty if it is absent or `null`. */
function orEmpty<Value>(field: z.ZodType<Value>, empty: Value) {
  const given = field.nullish();
  return describedBy(
    given,
    given.transform((value): Value => value ?? empty),
  );
}

const textField = lazy(() => orEmpty(z.string(), ''));
const numberField = lazy(() => orEmpty(z.number(), 0));
const textList = lazy(() => orEmpty<readonly string[]>(z.array(z.string()), []));

const addressFields = lazy(() => ({
  IPAddress: textField(),
  IPPrefixLen: numberField(),
  Gateway: textField(),
  GlobalIPv6Address: textField(),
  GlobalIPv6PrefixLen: numberField(),
  IPv6Gateway: textField(),
  MacAddress: textField(),
  SecondaryIPAddresses: secondary().optional(),
  SecondaryIPv6Addresses: secondary().optional(),
}));

const endpointSchema = lazy(() =>
  z.looseObject({
    ...addressFields(),
    Links: textList(),
    Alias: textList(),
    NetworkID: textField(),
    EndpointID: textField(),
    IFName: textField(),
    DriverOpts: orEmpty(z.record(z.string(), z.string()), {}),
  }),
);

const portSchema = lazy(() =>
  z.looseObject({
    hostPort: z.number(),
    containerPort: z.number(),
    protocol: z.string(),
    hostIP: z.string().optional(),
  }),
);

const bindingSchema = lazy(() => z.looseObject({ HostIp: textField(), HostPort: textField() }));

/** Parses network settings, those of iSulad included; missing keys become empty. */
export const networkSettingsSchema: z.ZodType<NetworkSettings> = z.lazy(
  () =>
    z.looseObject({
      ...addressFields(),
      Bridge: textField(),
      SandboxID: textField(),
      LinkLocalIPv6Address: textField(),
      LinkLocalIPv6PrefixLen: numberField(),
      Ports: orEmpty(z.record(z.string(), orEmpty(z.array(bindingSchema()), [])), {}),
      CNIPorts: orEmpty(z.array(portSchema()), []),
      SandboxKey: textField(),
      EndpointID: textField(),
      Activation: orEmpty(z.boolean(), false),
      Networks: orEmpty(z.record(z.string(), endpointSchema()), {}),
    }) satisfies z.ZodType<NetworkSettings>,
);
