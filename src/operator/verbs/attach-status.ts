import * as z from 'zod';
import { instance, isKeyed } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { checkArgument } from '../../arguments/parse-argument.js';
import { networkStatus as formatStatus, type NetworkStatusSource } from '../request/annotations/index.js';
import type { AttachResult } from './attach.js';

const attachedSchema = lazy(() =>
  z.looseObject(
    {
      networks: z.array(instance<object>('an attached network', isKeyed), { error: 'must be an array' }),
    },
    { error: 'must be what attach() gives back, or an array of results' },
  ),
);

/**
 * The text of the annotation `k8s.v1.cni.cncf.io/network-status` for what an attach made, or for results of any
 * origin (Kubernetes multi-network standard).
 *
 * @throws LibcniError `ERR_ANNOTATION` where several attachments are the default; `ERR_CONF_INVALID` or
 * `ERR_VERSION` where a result is invalid; `ERR_CONF_INVALID` for what is neither.
 */
export function networkStatus(attached: AttachResult | readonly NetworkStatusSource[]): string {
  return formatStatus(isSources(attached) ? attached : networksOf(attached).map(sourceOf));
}

function isSources(
  attached: AttachResult | readonly NetworkStatusSource[],
): attached is readonly NetworkStatusSource[] {
  return Array.isArray(attached);
}

function networksOf(attached: AttachResult): AttachResult['networks'] {
  return checkArgument(attachedSchema(), attached, 'attached').networks;
}

function sourceOf({ name, namespace, ifName, isDefault, raw }: AttachResult['networks'][number]) {
  return { name: `${namespace}/${name}`, ifName, result: raw, default: isDefault };
}
