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

const ALIASES = { error: 'must be an array of DNS names, or such arrays by network name' };

/**
 * Capability arguments in the canonical form that annotations produce. Arguments of capabilities unknown here stay as
 * they are, and so does `null`, which plugins treat as absent.
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
