import { withoutUndefined } from '../../../libcni/result/fields.js';
import type { NetworkSelection } from './network-selection.js';

/**
 * The capability arguments of a selection: `ips`, `mac`, `infinibandGUID`, `portMappings` and `bandwidth`, ready for
 * `RuntimeConf.capabilityArgs`. Those that it does not request are absent.
 */
export function selectionCapabilityArgs(selection: NetworkSelection): Record<string, unknown> {
  const { ips, mac, infinibandGuid, portMappings, bandwidth } = selection;
  return withoutUndefined({ ips, mac, infinibandGUID: infinibandGuid, portMappings, bandwidth });
}
