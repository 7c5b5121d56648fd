import { withoutUndefined } from '../../../libcni/result/fields.js';
import type { NetworkSelection } from './network-selection.js';

/**
 * The capability arguments that a selection asks for: `ips`, `mac`, `infinibandGUID`, `portMappings` and
 * `bandwidth`, ready for `RuntimeConf.capabilityArgs`. Those that it does not ask for are not there.
 */
export function selectionCapabilityArgs(selection: NetworkSelection): Record<string, unknown> {
  const { ips, mac, infinibandGuid, portMappings, bandwidth } = selection;
  return withoutUndefined({ ips, mac, infinibandGUID: infinibandGuid, portMappings, bandwidth });
}
