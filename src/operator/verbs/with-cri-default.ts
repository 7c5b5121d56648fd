import type { TargetRequest } from '../request/request.js';
import { DEFAULT_IF_NAME } from '../request/wanted-networks.js';
import type { OperatorContext } from './context.js';

/**
 * Adds the default network to a request in the order `cri`, last as in the attach, unless another network was attached in
 * its place. It is recognised by its interface: the current default network may be another one.
 */
export async function withCriDefault(
  context: OperatorContext,
  request: TargetRequest,
): Promise<TargetRequest> {
  const { id, networks, order, defaultIfName: ifName = DEFAULT_IF_NAME } = request;
  if (order !== 'cri' || networks === undefined) return request;
  if (networks.some((extra) => extra.ifName === ifName)) return request;
  const found = new Set(await networksOn(context, { id, ifName }));
  const { defaultNetwork } = context.store.snapshot();
  if (found.size === 0 && defaultNetwork !== undefined) found.add(defaultNetwork.name);
  return { ...request, networks: [...networks, ...[...found].map((name) => ({ name, ifName }))] };
}

/** An ADD goes from the journal to the records: read in this order, it is found in one of them. */
async function networksOn(
  { journal, records }: OperatorContext,
  { id, ifName }: { readonly id: string; readonly ifName: string },
): Promise<string[]> {
  const begun = await journal.list((key) => key.containerId === id && key.ifName === ifName);
  const recorded = (await records.ofContainer(id)).filter((attachment) => attachment.ifName === ifName);
  return [...begun.flatMap(({ key }) => key?.network ?? []), ...recorded.map(({ network }) => network)];
}
