import { z } from 'zod';
import { dnsSchema } from '../result/dns.js';
import type { PluginConf } from './types.js';

const text = z.string().nullish();

/** The keys that Go types; everything else may hold anything. */
export const pluginConfSchema = z.looseObject({
  cniVersion: text,
  name: text,
  type: z.string({ error: 'is missing or not a text' }).min(1, { error: 'is missing' }),
  capabilities: z.record(z.string(), z.boolean().nullable()).nullish(),
  ipam: z.looseObject({ type: text }).nullish(),
  dns: dnsSchema.nullish(),
  prevResult: z.looseObject({}).nullish(),
  'cni.dev/valid-attachments': z
    .array(z.looseObject({ containerID: text, ifname: text }).nullable())
    .nullish(),
}) satisfies z.ZodType<PluginConf>;
