import type * as z from 'zod';
import { isJsonObject } from '../../../libcni/json/parse-json.js';
import { aliasesByNetworkField, aliasesSchema } from './aliases.js';
import { bandwidthSchema } from './bandwidth.js';
import { cgroupPathSchema } from './cgroup-path.js';
import { checkArgument } from './check-value.js';
import { deviceIdSchema } from './device-id.js';
import { capabilityDnsSchema } from './dns.js';
import { infinibandGuidSchema } from './infiniband-guid.js';
import { ipRangesSchema } from './ip-ranges.js';
import { ipsSchema } from './ips.js';
import { macSchema } from './mac.js';
import { portMappingsSchema } from './port-mappings.js';

const FIELDS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['portMappings', portMappingsSchema],
  ['bandwidth', bandwidthSchema],
  ['ipRanges', ipRangesSchema],
  ['aliases', aliasesSchema],
  ['dns', capabilityDnsSchema],
  ['ips', ipsSchema],
  ['mac', macSchema],
  ['infinibandGUID', infinibandGuidSchema],
  ['deviceID', deviceIdSchema],
  ['cgroupPath', cgroupPathSchema],
]);

/**
 * Capability arguments in their canonical form, as annotations give them. Those of capabilities that are not known
 * here are left as they are, and so is `null`, which plugins take for absent.
 *
 * @throws LibcniError `ERR_CONF_INVALID` that names the capability, with the JSON path in its value.
 */
export function checkedCapabilityArgs(args: Readonly<Record<string, unknown>> = {}): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(args).map(([capability, value]) => [capability, checkedValue(capability, value)]),
  );
}

function checkedValue(capability: string, value: unknown): unknown {
  const isByNetwork = capability === 'aliases' && isJsonObject(value);
  const field = isByNetwork ? aliasesByNetworkField : FIELDS.get(capability);
  if (field === undefined || value === undefined || value === null) return value;
  return checkArgument(field, value, `capability argument ${capability}`);
}
