import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { aliasesByNetworkField, aliasesSchema } from './aliases.js';
import { bandwidthSchema } from './bandwidth.js';
import { cgroupPathSchema } from './cgroup-path.js';
import { deviceIdSchema } from './device-id.js';
import { capabilityDnsSchema } from './dns.js';
import { infinibandGuidSchema } from './infiniband-guid.js';
import { ipRangesSchema } from './ip-ranges.js';
import { ipsSchema } from './ips.js';
import { macSchema } from './mac.js';
import { portMappingsField } from './port-mappings.js';

const ALIASES = { error: 'must be a list of DNS names, or such lists by the names of networks' };

/**
 * Capability arguments in their canonical form, as annotations give them. Those of capabilities that are not known
 * here are left as they are, and so is `null`, which plugins take for absent.
 */
export const capabilityArgsField = lazy(() =>
  z.looseObject(
    {
      portMappings: portMappingsField().nullish(),
      bandwidth: bandwidthSchema.nullish(),
      ipRanges: ipRangesSchema.nullish(),
      aliases: z.union([aliasesSchema, aliasesByNetworkField()], ALIASES).nullish(),
      dns: capabilityDnsSchema.nullish(),
      ips: ipsSchema.nullish(),
      mac: macSchema.nullish(),
      infinibandGUID: infinibandGuidSchema.nullish(),
      deviceID: deviceIdSchema.nullish(),
      cgroupPath: cgroupPathSchema.nullish(),
    },
    { error: 'must be an object' },
  ),
);
