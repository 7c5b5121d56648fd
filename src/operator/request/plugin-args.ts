import { canonicalCidr, canonicalHardwareAddress, canonicalIp } from '../../addresses/index.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { formatCniArgs } from '../../libcni/runtime-conf.js';
import type { Args } from './merged-args.js';

/** Octets of an Ethernet address, an EUI-64 and an InfiniBand address. */
const MAC_OCTETS = [6, 8, 20];

/**
 * Arguments for `CNI_ARGS`, of which `IP` must be one or more addresses, with or without prefix and separated by commas,
 * and `MAC` a hardware address: a plugin that ignores unknown arguments would skip a value that it cannot read.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with the argument as its value, also if it cannot be part of `CNI_ARGS`.
 */
export function pluginArgs(args: Args): Args {
  formatCniArgs(args);
  for (const [key, value] of args) {
    if (key === 'IP' && !isAddressList(value)) throw refused(key, value, 'an IP address');
    if (key === 'MAC' && !isHardwareAddress(value)) throw refused(key, value, 'a hardware address');
  }
  return args;
}

function isAddressList(text: string): boolean {
  return text
    .split(',')
    .every((item) => (canonicalIp(item.trim()) ?? canonicalCidr(item.trim())) !== undefined);
}

function isHardwareAddress(text: string): boolean {
  return MAC_OCTETS.some((octets) => canonicalHardwareAddress(text, octets) !== undefined);
}

function refused(key: string, value: string, what: string): LibcniError {
  const summary = `argument ${key} must be ${what}, not ${JSON.stringify(value)}`;
  return new LibcniError('ERR_CONF_INVALID', summary, { value: [key, value] });
}
