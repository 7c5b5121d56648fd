import { resolve } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { SANDBOX_KEY_ANNOTATION } from './annotations/index.js';
import type { AttachRequest, TargetRequest } from './request.js';

/** A container to attach; an annotation may name its namespace. */
export interface PodAttachRequest<Others extends object = Record<never, never>>
  extends Omit<AttachRequest<Others>, 'netns'> {
  /**
   * Path of its network namespace; a relative path starts at the working folder.
   * @default the annotation `sandboxkey`
   */
  readonly netns?: string | undefined;
}

/**
 * The request with its namespace: its own, or that of the annotation `sandboxkey`. With neither, iSulad would silently
 * attach nothing.
 *
 * @throws LibcniError `ERR_NETNS`
 */
export function requestWithNetns(request: PodAttachRequest): AttachRequest {
  const netns = request.netns || request.annotations?.[SANDBOX_KEY_ANNOTATION];
  if (netns) return { ...request, netns: resolve(netns) };
  const summary = `neither netns nor the annotation ${SANDBOX_KEY_ANNOTATION} says which namespace to attach`;
  throw new LibcniError('ERR_NETNS', summary, { containerId: request.id });
}

/** Makes the path of the namespace absolute: later calls may have another working folder. */
export function withAbsoluteNetns(request: TargetRequest): TargetRequest {
  return request.netns ? { ...request, netns: resolve(request.netns) } : request;
}
