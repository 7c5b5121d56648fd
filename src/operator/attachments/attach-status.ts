import { networkStatus as formatStatus, type NetworkStatusSource } from '../annotations/index.js';
import type { AttachResult } from './attach.js';

/**
 * The text of the annotation `k8s.v1.cni.cncf.io/network-status` for what an attach made, or for results of any
 * origin (Kubernetes multi-network standard).
 *
 * @throws LibcniError `ERR_ANNOTATION` where several attachments are the default; `ERR_CONF_INVALID` or
 * `ERR_VERSION` where a result is invalid.
 */
export function networkStatus(attached: AttachResult | readonly NetworkStatusSource[]): string {
  return formatStatus('networks' in attached ? attached.networks.map(sourceOf) : attached);
}

function sourceOf({ name, namespace, ifName, isDefault, raw }: AttachResult['networks'][number]) {
  return { name: `${namespace}/${name}`, ifName, result: raw, default: isDefault };
}
