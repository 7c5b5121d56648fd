import type { OperatorContext } from '../context.js';
import type { TargetRequest } from './request.js';
import { DEFAULT_IF_NAME } from './wanted-networks.js';

/**
 * A request in the order `cri` with the default network among its networks, last as in the attach, unless one of
 * them was attached in its place. It is known by its interface: the default network of today may be another one.
 */
export async function withCriDefault(
  context: OperatorContext,
  request: TargetRequest,
): Promise<TargetRequest> {
  const { id, networks, order, defaultIfName: ifName = DEFAULT_IF_NAME } = request;
  if (order !== 'cri' || networks === undefined) return request;
  if (networks.some((extra) => extra.ifName === ifName)) return request;
  const recorded = await context.cni.getCachedAttachments(id);
  const found = recorded.find((attachment) => attachment.ifName === ifName);
  const name = found?.network ?? context.store.snapshot().defaultNetwork?.name;
  return name === undefined ? request : { ...request, networks: [...networks, { name, ifName }] };
}
