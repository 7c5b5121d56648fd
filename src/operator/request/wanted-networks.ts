import { LibcniError } from '../../errors/libcni-error.js';
import type { Demands } from '../attachment.js';
import type { ConfSnapshot } from '../conf-store/index.js';
import {
  assignInterfaces,
  DEFAULT_NETWORK_ANNOTATION,
  EXTRA_NETWORKS_ANNOTATION,
  type ExtraNetwork,
  NETWORKS_ANNOTATION,
  type NetworkSelection,
  parseDefaultNetwork,
  parseExtraNetworks,
  parseNetworkSelections,
  selectionCapabilityArgs,
} from './annotations/index.js';
import type { AttachRequest, NetworkRequest } from './request.js';

const NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';

/** The interface of the default network if none is requested. */
export const DEFAULT_IF_NAME = 'eth0';

/** The configured networks. */
export interface KnownNetworks {
  readonly snapshot: ConfSnapshot;
  /** Says why there is no default network. */
  readonly whyNoDefault: () => string;
}

/** A network that a request asks for. */
export interface WantedNetwork extends NetworkRequest {
  /** Whether it serves as the cluster's default network. */
  readonly isDefault: boolean;
  /** The Kubernetes namespace that it was selected in. */
  readonly namespace: string;
  readonly demands?: Demands | undefined;
}

/**
 * The networks that a request asks for, in the order in which they are attached.
 *
 * @throws LibcniError `ERR_CONFLICT`, `ERR_NO_CONFIGS`, `ERR_ANNOTATION`
 */
export function wantedNetworks(request: AttachRequest, known: KnownNetworks): WantedNetwork[] {
  if (request.order === 'cri') return criOrder(request, known);
  return request.networks === undefined
    ? selectedNetworks(request, known)
    : listedNetworks(request.networks, request, known);
}

/** As listed. A network may be listed twice: its first attachment counts as the default network. */
function listedNetworks(
  networks: readonly NetworkRequest[],
  request: AttachRequest,
  { snapshot }: KnownNetworks,
): WantedNetwork[] {
  const name = snapshot.defaultNetwork?.name;
  const place = networks.findIndex((network) => network.name === name);
  const namespace = namespaceOf(request);
  return networks.map((network, index) => ({ ...network, namespace, isDefault: index === place }));
}

/** The default network, or the one that an annotation selects instead, followed by the selected networks. */
function selectedNetworks(request: AttachRequest, known: KnownNetworks): WantedNetwork[] {
  const { annotations = {}, defaultIfName = DEFAULT_IF_NAME } = request;
  const namespace = namespaceOf(request);
  const selected = annotations[NETWORKS_ANNOTATION];
  const selections = selected === undefined ? [] : parseNetworkSelections(selected, { namespace });
  const named = annotations[DEFAULT_NETWORK_ANNOTATION];
  const first =
    named === undefined
      ? { name: defaultName(known), namespace }
      : fromSelection(parseDefaultNetwork(named, { namespace }));
  const others = assignInterfaces(selections, [first.ifName ?? defaultIfName]).map(fromSelection);
  refuseTwoDefaultRoutes([first, ...others]);
  return [{ ...first, isDefault: true }, ...others.map((other) => ({ ...other, isDefault: false }))];
}

/** The multi-network standard allows one attachment of a pod to provide the default routes. */
function refuseTwoDefaultRoutes(networks: readonly Pick<WantedNetwork, 'name' | 'demands'>[]): void {
  const owners = networks.filter(({ demands }) => demands?.defaultRoute !== undefined);
  if (owners.length < 2) return;
  const names = owners.map(({ name }) => name).join(', ');
  const summary = `only one selection can have default-route, and those of ${names} have it`;
  throw new LibcniError('ERR_ANNOTATION', summary, {
    value: owners.map(({ demands }) => demands?.defaultRoute),
  });
}

/** Extra networks first, the default network last, unless an extra network takes its interface. */
function criOrder(request: AttachRequest, known: KnownNetworks): WantedNetwork[] {
  const { networks, annotations = {}, defaultIfName = DEFAULT_IF_NAME } = request;
  const annotation = annotations[EXTRA_NETWORKS_ANNOTATION];
  const extras = networks ?? (annotation === undefined ? [] : parseExtraNetworks(annotation).map(fromExtra));
  const defaultNetwork = defaultName(known);
  const replacing = extras.find(({ ifName }) => ifName === defaultIfName);
  for (const extra of extras) {
    const { name } = extra;
    if (name !== defaultNetwork || extra === replacing) continue;
    throw new LibcniError('ERR_CONFLICT', `network ${name} is the default network already`, { value: name });
  }
  const namespace = namespaceOf(request);
  const others = extras.filter((extra) => extra !== replacing);
  const last = { ...(replacing ?? { name: defaultNetwork }), ifName: defaultIfName, namespace };
  return [
    ...others.map((other) => ({ ...other, namespace, isDefault: false })),
    { ...last, isDefault: true },
  ];
}

function fromSelection(selection: NetworkSelection): Omit<WantedNetwork, 'isDefault'> {
  const { name, namespace, interface: ifName, cniArgs } = selection;
  const capabilityArgs = selectionCapabilityArgs(selection);
  return { name, namespace, ifName, cniArgs, capabilityArgs, demands: selection };
}

function fromExtra({ name, interface: ifName }: ExtraNetwork): NetworkRequest {
  return { name, ifName };
}

function namespaceOf({ labels = {} }: AttachRequest): string {
  return labels[NAMESPACE_LABEL] || 'default';
}

function defaultName({ snapshot: { defaultNetwork }, whyNoDefault }: KnownNetworks): string {
  if (defaultNetwork !== undefined) return defaultNetwork.name;
  throw new LibcniError('ERR_NO_CONFIGS', whyNoDefault());
}
