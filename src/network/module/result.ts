import { convertResult } from '../../libcni/index.js';
import type { AttachedNetwork, AttachmentInfo } from '../../operator/index.js';
import type { NetworkApiResult } from './conf.js';

/** What iSulad writes for a missing gateway. */
const NO_GATEWAY = '<nil>';

type Addresses = Pick<AttachedNetwork, 'ifName' | 'addresses' | 'mac' | 'result'>;

/** A network in the form of iSulad's module: each address with its gateway. */
export function apiResult(name: string, { ifName, addresses, mac, result }: Addresses): NetworkApiResult {
  const ips = convertResult(result, '1.1.0').ips ?? [];
  const gatewayOf = (address: string) => ips.find((ip) => ip.address === address)?.gateway ?? NO_GATEWAY;
  return { name, interface: ifName, ips: addresses, gateway: addresses.map(gatewayOf), mac: mac ?? '' };
}

/** The same for an attachment that was made earlier. */
export function recordedResult({
  network,
  ifName,
  addresses,
  mac,
  result,
}: AttachmentInfo): NetworkApiResult {
  if (result === undefined) return { name: network, interface: ifName, ips: [], gateway: [], mac: '' };
  return apiResult(network, { ifName, addresses, mac, result });
}
