import { LibcniError } from '../../errors/libcni-error.js';
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
  runtimeArgsFromLabels,
  selectionCapabilityArgs,
} from '../annotations/index.js';
import { capabilityArgsFromAnnotations } from '../capabilities/index.js';
import { networkNamed, type OperatorContext } from '../context.js';
import { whyNoDefault } from '../status.js';
import type { Demands, WantedAttachment } from './attachment.js';
import { effectiveList } from './effective-list.js';
import { InterfaceNames } from './interface-names.js';
import type { AttachRequest, NetworkRequest } from './request.js';

const DEFAULT_IF_NAME = 'eth0';
const NAMESPACE_LABEL = 'io.kubernetes.pod.namespace';

/** What an attach comes down to. */
export interface Resolution {
  /** In the order in which they are attached. */
  readonly attachments: readonly WantedAttachment[];
  /** What was understood but looks wrong. */
  readonly warnings: readonly string[];
}

/**
 * Works out what a request asks for: which networks, in which order, on which interfaces, with which arguments.
 * Nothing is run.
 *
 * @throws LibcniError `ERR_NOT_FOUND` for a network that nobody knows, `ERR_CONFLICT` for an interface that two want,
 * `ERR_ANNOTATION` with annotation, JSON path and value.
 */
export function resolveRequest(context: OperatorContext, request: AttachRequest): Resolution {
  const { annotations = {}, labels = {} } = request;
  const fromAnnotations = capabilityArgsFromAnnotations(annotations);
  const fromLabels = runtimeArgsFromLabels({ labels, annotations, sandboxId: request.id });
  const podArgs = { ...fromAnnotations.capabilityArgs, ...request.capabilityArgs };
  const isCri = request.order === 'cri';
  const wanted = isCri ? criOrder(context, request) : plainOrder(context, request);
  const names = nameInterfaces(wanted, request);
  const attachments = wanted.map((network, index): WantedAttachment => {
    const capabilityArgs = { ...(isCri || index === 0 ? podArgs : {}), ...network.capabilityArgs };
    const args = [...fromLabels.args, ...(request.args ?? []), ...(network.args ?? [])];
    const rt = {
      containerId: request.id,
      netns: request.netns,
      ifName: names[index] ?? '',
      args,
      capabilityArgs,
    };
    const list = effectiveList(known(context, network.name), network.cniArgs);
    const isDefault = network.name === context.store.snapshot().defaultNetwork?.name;
    return {
      list,
      rt,
      isDefault,
      namespace: network.namespace ?? namespaceOf(request),
      demands: network.demands,
    };
  });
  return { attachments, warnings: [...fromAnnotations.warnings, ...fromLabels.warnings] };
}

interface Wanted extends NetworkRequest {
  readonly demands?: Demands | undefined;
  readonly namespace?: string | undefined;
}

/** The networks as listed, or the default network and then those that annotations select. */
function plainOrder(context: OperatorContext, request: AttachRequest): Wanted[] {
  const { networks, annotations = {}, defaultIfName = DEFAULT_IF_NAME } = request;
  if (networks !== undefined) return [...networks];
  const namespace = namespaceOf(request);
  const selected = annotations[NETWORKS_ANNOTATION];
  const selections = selected === undefined ? [] : parseNetworkSelections(selected, { namespace });
  const named = annotations[DEFAULT_NETWORK_ANNOTATION];
  const first =
    named === undefined
      ? { name: defaultName(context) }
      : fromSelection(parseDefaultNetwork(named, { namespace }));
  const others = assignInterfaces(selections, [first.ifName ?? defaultIfName]);
  return [first, ...others.map(fromSelection)];
}

/** Extra networks first, the default network last, unless an extra network takes its interface. */
function criOrder(context: OperatorContext, request: AttachRequest): Wanted[] {
  const { networks, annotations = {}, defaultIfName = DEFAULT_IF_NAME } = request;
  const annotation = annotations[EXTRA_NETWORKS_ANNOTATION];
  const extras = networks ?? (annotation === undefined ? [] : parseExtraNetworks(annotation).map(fromExtra));
  const defaultNetwork = defaultName(context);
  const replacing = extras.find(({ ifName }) => ifName === defaultIfName);
  for (const { name } of extras) {
    if (name !== defaultNetwork || replacing?.name === name) continue;
    throw new LibcniError('ERR_CONFLICT', `network ${name} is the default network already`, { value: name });
  }
  const others = extras.filter((extra) => extra !== replacing);
  return [...others, { ...(replacing ?? { name: defaultNetwork }), ifName: defaultIfName }];
}

function fromSelection(selection: NetworkSelection): Wanted {
  const { name, namespace, interface: ifName, cniArgs } = selection;
  return {
    name,
    ifName,
    cniArgs,
    capabilityArgs: selectionCapabilityArgs(selection),
    demands: selection,
    namespace,
  };
}

function fromExtra({ name, interface: ifName }: ExtraNetwork): Wanted {
  return { name, ifName };
}

/** Given names are taken first, so that a name filled in never stands in the way of one that was asked for. */
function nameInterfaces(
  wanted: readonly Wanted[],
  { defaultIfName = DEFAULT_IF_NAME }: AttachRequest,
): string[] {
  const names = new InterfaceNames();
  const given = wanted.map(({ name, ifName }) =>
    ifName === undefined ? undefined : names.take(ifName, name),
  );
  return wanted.map(({ name }, index) => {
    const own = given[index];
    if (own !== undefined) return own;
    return index === 0 ? names.take(defaultIfName, name) : names.takeFree('eth', 0, name);
  });
}

function namespaceOf({ labels = {} }: AttachRequest): string {
  return labels[NAMESPACE_LABEL] ?? 'default';
}

function defaultName(context: OperatorContext): string {
  const { defaultNetwork } = context.store.snapshot();
  if (defaultNetwork !== undefined) return defaultNetwork.name;
  throw new LibcniError('ERR_NO_CONFIGS', whyNoDefault(context));
}

function known(context: OperatorContext, name: string) {
  const network = networkNamed(context, name);
  if (network !== undefined) return network.list;
  const { problems } = context.store;
  const names =
    context.store
      .snapshot()
      .networks.map((found) => found.name)
      .join(', ') || 'none';
  const faults = problems.map(({ file, reason }) => `; ${file}: ${reason}`).join('');
  throw new LibcniError('ERR_NOT_FOUND', `network ${name} is not configured (there are: ${names}${faults})`, {
    network: name,
  });
}
