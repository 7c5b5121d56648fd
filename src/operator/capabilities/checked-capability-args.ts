import type * as z from 'zod';
import { isJsonObject } from '../../libcni/json/parse-json.js';
import { aliasesByNetworkField, aliasesField } from './aliases.js';
import { bandwidthField } from './bandwidth.js';
import { cgroupPathField } from './cgroup-path.js';
import { checkArgument } from './check-value.js';
import { deviceIdField } from './device-id.js';
import { dnsField } from './dns.js';
import { infinibandGuidField } from './infiniband-guid.js';
import { ipRangesField } from './ip-ranges.js';
import { ipsField } from './ips.js';
import { macField } from './mac.js';
import { portMappingsField } from './port-mappings.js';

const FIELDS: ReadonlyMap<string, z.ZodType> = new Map<string, z.ZodType>([
  ['portMappings', portMappingsField],
  ['bandwidth', bandwidthField],
  ['ipRanges', ipRangesField],
  ['aliases', aliasesField],
  ['dns', dnsField],
  ['ips', ipsField],
  ['mac', macField],
  ['infinibandGUID', infinibandGuidField],
  ['deviceID', deviceIdField],
  ['cgroupPath', cgroupPathField],
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
