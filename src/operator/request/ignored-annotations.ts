import {
  DEFAULT_NETWORK_ANNOTATION,
  EXTRA_NETWORKS_ANNOTATION,
  NETWORKS_ANNOTATION,
  SANDBOX_KEY_ANNOTATION,
} from './annotations/index.js';
import type { AttachRequest } from './request.js';

/** Annotations that would select something if the request did not override them, as sentences for a log. */
export function ignoredAnnotations(request: AttachRequest): string[] {
  const { annotations = {}, netns } = request;
  const selecting = [NETWORKS_ANNOTATION, DEFAULT_NETWORK_ANNOTATION, EXTRA_NETWORKS_ANNOTATION];
  const warnings = selecting.flatMap((annotation) => {
    const reason = annotations[annotation]?.trim() ? reasonFor(annotation, request) : undefined;
    return reason === undefined ? [] : [`annotation ${annotation} is ignored: ${reason}`];
  });
  const sandboxKey = annotations[SANDBOX_KEY_ANNOTATION];
  if (!sandboxKey || sandboxKey === netns) return warnings;
  return [
    ...warnings,
    `annotation ${SANDBOX_KEY_ANNOTATION} is ignored: the request names the namespace ${netns}`,
  ];
}

function reasonFor(annotation: string, { networks, order }: AttachRequest): string | undefined {
  if (networks !== undefined) return 'the request lists its networks';
  const isForCri = annotation === EXTRA_NETWORKS_ANNOTATION;
  if (isForCri === (order === 'cri')) return undefined;
  return isForCri ? 'it is read with the order cri only' : 'it is not read with the order cri';
}
