import { LibcniError } from '../../errors/libcni-error.js';
import { runtimeArgsFromLabels } from '../annotations/index.js';
import { capabilityArgsFromAnnotations } from '../capabilities/index.js';
import { networkNamed, type OperatorContext } from '../context.js';
import type { WantedAttachment } from './attachment.js';
import { effectiveList } from './effective-list.js';
import { InterfaceNames } from './interface-names.js';
import type { AttachRequest } from './request.js';
import { DEFAULT_IF_NAME, type WantedNetwork, wantedNetworks } from './wanted-networks.js';

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
  const wanted = wantedNetworks(context, request);
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
    const { isDefault, namespace, demands } = network;
    return { list, rt, isDefault, namespace, demands };
  });
  return { attachments, warnings: [...fromAnnotations.warnings, ...fromLabels.warnings] };
}

/** Given names are taken first, so that a name filled in never stands in the way of one that was asked for. */
function nameInterfaces(
  wanted: readonly WantedNetwork[],
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
