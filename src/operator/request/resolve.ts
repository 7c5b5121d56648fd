import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import type { NetworkConfigList, RuntimeConf } from '../../libcni/index.js';
import type { WantedAttachment } from '../attachment.js';
import type { AttachmentKey } from '../attachment-key.js';
import { type ConfProblem, describeProblem, networkNamed } from '../conf-store/index.js';
import { runtimeArgsFromLabels } from './annotations/index.js';
import { capabilityArgsFromAnnotations } from './capabilities/index.js';
import { effectiveList } from './effective-list.js';
import { ignoredAnnotations } from './ignored-annotations.js';
import { InterfaceNames } from './interface-names.js';
import { type Args, mergedArgs } from './merged-args.js';
import { pluginArgs } from './plugin-args.js';
import { podAnnotationsFor } from './pod-annotations.js';
import type { AttachRequest } from './request.js';
import { type KnownNetworks, type WantedNetwork, wantedNetworks } from './wanted-networks.js';

/** What resolving a request needs. */
export interface Surroundings extends KnownNetworks {
  /** The problems of the configurations. */
  readonly problems: readonly ConfProblem[];
  /** Attachments that already have interfaces in the namespace; new names avoid them. @default none */
  readonly there?: readonly AttachmentKey[] | undefined;
}

/** A resolved request. */
export interface Resolution {
  /** In the order in which they are attached. */
  readonly attachments: readonly WantedAttachment[];
  /** Parts of the request that are valid but look wrong. */
  readonly warnings: readonly string[];
}

/**
 * Works out what a request asks for: which networks, in which order, on which interfaces, with which arguments.
 * Nothing is run.
 *
 * @throws LibcniError `ERR_NOT_FOUND` for an unknown network, `ERR_CONFLICT` for an interface that two networks want,
 * `ERR_ANNOTATION` with annotation, JSON path and value, `ERR_CONF_INVALID` for an argument that cannot be read.
 */
export function resolveRequest(request: AttachRequest, surroundings: Surroundings): Resolution {
  const { annotations = {}, labels = {}, id: sandboxId } = request;
  const fromAnnotations = capabilityArgsFromAnnotations(annotations);
  const fromLabels = runtimeArgsFromLabels({ labels, annotations, sandboxId });
  const pod: PodPart = {
    request,
    args: mergedArgs(fromLabels.args, request.args),
    capabilityArgs: { ...fromAnnotations.capabilityArgs, ...request.capabilityArgs },
  };
  const wanted = wantedNetworks(request, surroundings);
  const names = nameInterfaces(wanted, request, surroundings.there);
  const attachments = wanted.map((network, index) => {
    const { name, cniArgs, isDefault, namespace, demands } = network;
    const list = effectiveList(known(name, surroundings), cniArgs);
    const isOfPod = request.order === 'cri' || index === 0;
    const rt = ofNetwork(name, () =>
      runtimeConf({ network, list, ifName: names[index] ?? '', pod, isOfPod }),
    );
    const { hostNetns, existingInterface } = request;
    return { list, rt, isDefault, namespace, demands, hostNetns, existingInterface };
  });
  const ignored = ignoredAnnotations(request);
  return { attachments, warnings: [...fromAnnotations.warnings, ...fromLabels.warnings, ...ignored] };
}

/** Adds to an error which network's arguments are unusable. */
function ofNetwork<Value>(network: string, resolve: () => Value): Value {
  try {
    return resolve();
  } catch (error) {
    throw isOwnError(error) ? error.with({ network }) : error;
  }
}

/** What all networks of a pod share. */
interface PodPart {
  readonly request: AttachRequest;
  readonly args: Args;
  readonly capabilityArgs: Readonly<Record<string, unknown>>;
}

interface NetworkPart {
  readonly network: WantedNetwork;
  readonly list: NetworkConfigList;
  readonly ifName: string;
  readonly pod: PodPart;
  /** Whether this network gets the capability arguments of the pod. */
  readonly isOfPod: boolean;
}

function runtimeConf({ network, list, ifName, pod, isOfPod }: NetworkPart): RuntimeConf {
  const { id: containerId, netns, annotations = {} } = pod.request;
  const ofPod = isOfPod ? { ...podAnnotationsFor(list, annotations), ...pod.capabilityArgs } : {};
  return {
    containerId,
    netns,
    ifName,
    args: pluginArgs(mergedArgs(pod.args, network.args)),
    capabilityArgs: { ...ofPod, ...network.capabilityArgs },
  };
}

/** Given names are taken first, so that a generated name never conflicts with a requested one. */
function nameInterfaces(
  wanted: readonly WantedNetwork[],
  { defaultIfName }: Pick<AttachRequest, 'defaultIfName'>,
  there: readonly AttachmentKey[] = [],
): string[] {
  const names = new InterfaceNames(there);
  const given = wanted.map(({ name, isDefault, ifName = isDefault ? defaultIfName : undefined }) =>
    ifName === undefined ? undefined : names.take(ifName, name),
  );
  return wanted.map(({ name }, index) => given[index] ?? names.takeFree('eth', 0, name));
}

function known(name: string, { snapshot, problems, whyNoDefault }: Surroundings): NetworkConfigList {
  const network = networkNamed(snapshot, name);
  if (network !== undefined) return network.list;
  if (snapshot.networks.length === 0)
    throw new LibcniError('ERR_NOT_FOUND', `network ${name} is not configured: ${whyNoDefault()}`, {
      network: name,
    });
  const names = snapshot.networks.map((found) => found.name).join(', ');
  const faults = problems.map((problem) => `; ${describeProblem(problem)}`).join('');
  throw new LibcniError('ERR_NOT_FOUND', `network ${name} is not configured (there are: ${names}${faults})`, {
    network: name,
  });
}
