import { LibcniError } from '../../errors/libcni-error.js';
import type { WantedAttachment } from '../attachment.js';
import type { AttachedNetwork } from './summary.js';

/**
 * Refuses an attachment that is not as requested.
 *
 * @throws LibcniError `ERR_CONFLICT` with the requested value.
 */
export function refuseUnmetDemands({ list, rt, demands }: WantedAttachment, attached: AttachedNetwork): void {
  const bare = [...attached.ipv4, ...attached.ipv6];
  const missing = demands?.ips?.find((ip) => !attached.addresses.includes(ip) && !bare.includes(ip));
  const mac = demands?.mac?.toLowerCase();
  const wrongMac = mac !== undefined && attached.mac?.toLowerCase() !== mac ? mac : undefined;
  const unmet = missing ?? wrongMac;
  if (unmet === undefined) return;
  const { containerId, ifName } = rt;
  const where = { value: unmet, network: list.name, containerId, ifName };
  throw new LibcniError('ERR_CONFLICT', `the plugins did not assign the requested address ${unmet}`, where);
}
