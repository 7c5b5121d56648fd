import { resolve } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { SANDBOX_KEY_ANNOTATION } from './annotations/index.js';
import type { AttachRequest, TargetRequest } from './request.js';

/** A container to attach, whose namespace may be named by an annotation. */
export interface PodAttachRequest<Others extends object = Record<never, never>>
  extends Omit<AttachRequest<Others>, 'netns'> {
  /**
   * Path of its network namespace; a relative path starts at the working folder.
   * @default that of the annotation `sandboxkey`
   */
  readonly netns?: string | undefined;
}

/**
 * The request with its namespace: its own, or that of the annotation `sandboxkey`. iSulad would attach nothing, and say
 * nothing, where there is neither.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function requestWithNetns(request: PodAttachRequest): AttachRequest {
  const netns = request.netns || request.annotations?.[SANDBOX_KEY_ANNOTATION];
  if (netns) return { ...request, netns: resolve(netns) };
  const summary = `neither netns nor the annotation ${SANDBOX_KEY_ANNOTATION} says which namespace to attach`;
  throw new LibcniError('ERR_NETNS', summary, { containerId: request.id });
}

/** The request with the namespace that it means now: who works on the attachment later may have another working folder. */
export function withAbsoluteNetns(request: TargetRequest): TargetRequest {
  return request.netns ? { ...request, netns: resolve(request.netns) } : request;
}
