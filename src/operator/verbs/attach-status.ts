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
    { error: 'must be the result of attach(), or an array of results' },
  ),
);

/**
 * The value of the annotation `k8s.v1.cni.cncf.io/network-status` for the result of an attach, or for results of any
 * origin (Kubernetes multi-network standard).
 *
 * @throws LibcniError `ERR_ANNOTATION` if several attachments are the default; `ERR_CONF_INVALID` or
 * `ERR_VERSION` if a result is invalid; `ERR_CONF_INVALID` for anything else.
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

function sourceOf({ name, namespace, ifName, isDefault, result }: AttachResult['networks'][number]) {
  return { name: `${namespace}/${name}`, ifName, result, default: isDefault };
}
