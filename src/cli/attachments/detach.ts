import { parseNetworks } from '../../hook/setting-texts.js';
import type { NetworkRequest, TargetRequest } from '../../operator/index.js';
import { limitsOf } from '../options/limits.js';
import { netnsPath } from '../options/netns-path.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import { parseWords } from '../usage-error.js';
import type { AttachTarget } from './attach.js';
import { type AttachedBefore, attachedBefore, warnOfUnknown, wasAttached } from './attached-before.js';
import type { AttachmentCommandOptions } from './options.js';
import { withOperator } from './with-operator.js';

/** Detaches a container. */
export async function detach(
  { id, networks }: Omit<AttachTarget, 'netns'>,
  options: AttachmentCommandOptions,
): Promise<void> {
  const { netns, hostNetns } = options;
  const request = {
    id,
    netns: netns === undefined ? undefined : netnsPath(netns),
    networks: networks.length === 0 ? undefined : parseWords(() => parseNetworks(networks.join(','))),
    hostNetns,
  };
  const before = await withOperator(options, async (operator) => {
    const found = await attachedBefore(id, options).catch((): AttachedBefore[] => []);
    await withProgress(`detaching ${id}`, operator.detach(request, limitsOf(options)));
    const { networks: known, problems } = operator.snapshot();
    const names = known.map(({ name }) => name);
    for (const { name } of request.networks ?? []) await warnOfUnknown(name, { names, problems }, options);
    return found;
  });
  tell({ id, networks: request.networks, before }, options);
}

interface Detached extends Pick<TargetRequest, 'id' | 'networks'> {
  readonly before: readonly AttachedBefore[];
}

/** Nothing to detach is fine, but a name may be misspelt. */
function tell({ id, networks, before }: Detached, { json }: AttachmentCommandOptions): void {
  const done = networks?.filter((network) => wasAttached(before, network)) ?? [];
  const absent = networks?.filter((network) => !wasAttached(before, network)) ?? [];
  const detached = networks === undefined ? before.length > 0 : done.length > 0;
  const lines = [
    ...(networks === undefined ? [detached ? 'is detached' : 'was not attached'] : []),
    ...(done.length > 0 ? [`is detached from ${labels(done)}`] : []),
    ...(absent.length > 0 ? [`was not attached to ${labels(absent)}`] : []),
  ];
  if (json) printJson({ id, networks: networks?.map(({ name }) => name), detached });
  else for (const line of lines) printLine(`${id} ${line}`);
}

function labels(networks: readonly Pick<NetworkRequest, 'name' | 'ifName'>[]): string {
  return networks.map(({ name, ifName }) => (ifName === undefined ? name : `${name}@${ifName}`)).join(' ');
}
