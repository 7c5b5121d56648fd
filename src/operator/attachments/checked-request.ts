import { resolve } from 'node:path';
import {
  checkOptionalBoolean,
  checkOptionalChoice,
  checkOptionalObject,
  checkOptionalPath,
  checkOptionalText,
  isKeyed,
} from '../../errors/check-value.js';
import { invalidArgument } from '../../errors/invalid-argument.js';
import { withoutNull } from '../../errors/without-null.js';
import { checkCniArgs } from '../../libcni/arguments/check-runtime-conf.js';
import { validateContainerId } from '../../libcni/index.js';
import { Operation } from '../../libcni/operation.js';
import type { AttachmentFilter } from '../list.js';
import type { PodAttachRequest } from './pod-request.js';
import type { NetworkRequest, OperatorOptions, TargetRequest } from './request.js';

/** What kubelet gives a runtime for a pod, less a little. */
const DEFAULT_LIMIT_MS = 220_000;

/**
 * A request to attach, without what is `null` in it: not every caller is checked by a compiler.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedAttachRequest(request: PodAttachRequest): PodAttachRequest {
  const { annotations, labels, ...given } = checkedTarget(request);
  checkArguments('', given);
  checkOptionalChoice('existingInterface', given.existingInterface, ['refuse', 'allow']);
  return { ...given, annotations: checkedTexts({ annotations }), labels: checkedTexts({ labels }) };
}

/**
 * A request for attachments of a container, without what is `null` in it. The id must be there: without one, the
 * attachments of all containers would be meant.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedTarget<Request extends TargetRequest>(request: Request): Request {
  if (!isKeyed(request)) throw invalidArgument('request', 'an object with the id of a container', request);
  const given = withoutNull(request);
  validateContainerId(given.id);
  checkOptionalPath('netns', given.netns);
  checkOptionalText('defaultIfName', given.defaultIfName);
  checkOptionalChoice('order', given.order, ['plain', 'cri']);
  checkOptionalBoolean('hostNetns', given.hostNetns);
  return given.networks === undefined ? given : { ...given, networks: checkedNetworks(given.networks) };
}

/**
 * A filter without what is `null` in it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedFilter(filter: AttachmentFilter | undefined): AttachmentFilter {
  checkOptionalObject('filter', filter);
  const given = withoutNull(filter ?? {});
  for (const key of ['id', 'network', 'ifName', 'netns'] as const)
    checkOptionalText(`filter.${key}`, given[key]);
  return given.netns === undefined ? given : { ...given, netns: resolve(given.netns) };
}

/**
 * Limits without what is `null` in them.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedLimits(options: OperatorOptions | undefined): OperatorOptions {
  checkOptionalObject('options', options);
  const given = withoutNull(options ?? {});
  const limits = { ...given, timeoutMs: given.timeoutMs ?? DEFAULT_LIMIT_MS };
  // It checks what it is made of.
  new Operation(limits);
  return limits;
}

/** Annotations or labels, by their own name, without those that are `null`. */
function checkedTexts<Texts extends Readonly<Record<string, string>>>(given: {
  readonly [name: string]: Texts | undefined;
}): Texts | undefined {
  const [[name, texts] = ['', undefined]] = Object.entries(given);
  checkOptionalObject(name, texts);
  if (texts === undefined) return undefined;
  for (const [key, value] of Object.entries(texts))
    checkOptionalText(`${name}[${JSON.stringify(key)}]`, value);
  return withoutNull(texts);
}

function checkedNetworks(networks: readonly NetworkRequest[]): NetworkRequest[] {
  if (!Array.isArray(networks)) throw invalidArgument('networks', 'an array', networks);
  return networks.map((network: NetworkRequest, index) => {
    const argument = `networks[${index}]`;
    if (!isKeyed(network) || typeof network.name !== 'string')
      throw invalidArgument(argument, 'an object with the name of a network', network);
    checkOptionalText(`${argument}.ifName`, network.ifName);
    checkArguments(`${argument}.`, network);
    return withoutNull(network);
  });
}

function checkArguments(
  owner: string,
  { args, capabilityArgs, cniArgs }: Omit<NetworkRequest, 'name'>,
): void {
  checkCniArgs(`${owner}args`, args);
  checkOptionalObject(`${owner}capabilityArgs`, capabilityArgs);
  checkOptionalObject(`${owner}cniArgs`, cniArgs);
}
