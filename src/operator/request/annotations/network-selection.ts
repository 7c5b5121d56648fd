import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { isJsonObject, type JsonObject } from '../../../libcni/json/parse-json.js';
import { foldTo, withoutUndefined } from '../../../libcni/result/fields.js';
import { type Bandwidth, bandwidthSchema } from '../capabilities/bandwidth.js';
import { addressField, optional, textList } from '../capabilities/fields.js';
import { infinibandGuidSchema } from '../capabilities/infiniband-guid.js';
import { ipsSchema } from '../capabilities/ips.js';
import { macSchema } from '../capabilities/mac.js';
import { type PortMapping, portMappingsSchema } from '../capabilities/port-mappings.js';
import { interfaceNameField, namespaceField, networkNameField } from './name-fields.js';

type ReverseDomainKey = `${string}.${string}`;

/** One network that a pod selects (Kubernetes multi-network standard, version 1.3). */
export interface NetworkSelection {
  readonly name: string;
  /** The namespace of the object that defines the network. */
  readonly namespace: string;
  /** The name of the interface in the pod. */
  readonly interface?: string | undefined;
  /** Addresses that the interface must get, with or without prefix. */
  readonly ips?: readonly string[] | undefined;
  /** The hardware address that the interface must get. */
  readonly mac?: string | undefined;
  /** `infiniband-guid` in the annotation. */
  readonly infinibandGuid?: string | undefined;
  readonly portMappings?: readonly PortMapping[] | undefined;
  readonly bandwidth?: Bandwidth | undefined;
  /** `cni-args` in the annotation: becomes `args.cni` of every plugin's configuration. */
  readonly cniArgs?: Readonly<JsonObject> | undefined;
  /**
   * `default-route` in the annotation: the gateways of the pod's default routes, on this network. If empty, the network
   * keeps the routes that its plugins made, and other networks lose theirs.
   */
  readonly defaultRoute?: readonly string[] | undefined;
  /** Keys that begin with a reverse domain name belong to the user; they are kept. */
  readonly [key: ReverseDomainKey]: unknown;
}

const fields = lazy(() =>
  z.looseObject(
    {
      name: networkNameField(),
      namespace: optional(namespaceField()),
      interface: optional(interfaceNameField()),
      ips: ipsSchema.nullish(),
      mac: optional(macSchema),
      'infiniband-guid': optional(infinibandGuidSchema),
      portMappings: portMappingsSchema.nullish(),
      bandwidth: bandwidthSchema.nullish(),
      'cni-args': z.custom<JsonObject>(isJsonObject, { error: 'must be an object' }).nullish(),
      'default-route': textList(addressField()).nullish(),
    },
    { error: 'must be the selection of a network, which is an object' },
  ),
);

/** An element of the annotation's array, for pods of a namespace; the keys may be in any case. */
export function networkSelectionSchema(podNamespace: string) {
  return z
    .preprocess(foldTo(fields().shape), fields())
    .transform((element) => fromElement(element, podNamespace)) satisfies z.ZodType<NetworkSelection>;
}

/** Unknown keys without a period are reserved by the standard, and left out. */
function fromElement(element: z.infer<ReturnType<typeof fields>>, podNamespace: string): NetworkSelection {
  const own = Object.entries(element).filter(([key]) => key.includes('.'));
  return withoutUndefined({
    ...Object.fromEntries(own),
    name: element.name,
    namespace: element.namespace ?? podNamespace,
    interface: element.interface,
    ips: unlessEmpty(element.ips),
    mac: element.mac,
    infinibandGuid: element['infiniband-guid'],
    portMappings: unlessEmpty(element.portMappings),
    bandwidth: element.bandwidth ?? undefined,
    cniArgs: element['cni-args'] ?? undefined,
    // An empty array keeps the default routes that its plugins made.
    defaultRoute: element['default-route'] ?? undefined,
  });
}

function unlessEmpty<Item>(items: readonly Item[] | null | undefined): readonly Item[] | undefined {
  return items && items.length > 0 ? items : undefined;
}
