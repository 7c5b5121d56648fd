import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { isJsonObject } from '../json/parse-json.js';
import { dnsFields, dnsSchema } from '../result/dns.js';
import type { PluginConf } from './types.js';

const text = lazy(() => z.string().nullish());

/** Unlike a record schema, this one sees a key `__proto__` too. */
const capabilities = lazy(() =>
  z
    .custom<Record<string, boolean | null>>(isJsonObject, { error: 'must be an object' })
    .superRefine((declared, context) => {
      for (const [capability, value] of Object.entries(declared)) {
        if (value === null || typeof value === 'boolean') continue;
        context.addIssue({ code: 'custom', path: [capability], message: 'must be true or false' });
      }
    }),
);

const ipam = lazy(() => ({ type: text() }));

/** Known keys inside objects, which are matched without regard to case too. */
export const nestedShapes = lazy(() => ({ ipam: ipam(), dns: dnsFields().shape }));

/** The keys that have a type in Go; every other key may hold anything. */
export const pluginConfSchema = lazy(
  () =>
    z.looseObject({
      cniVersion: text(),
      name: text(),
      type: z.string({ error: 'is missing or not a string' }).min(1, { error: 'is missing' }),
      capabilities: capabilities().nullish(),
      ipam: z.looseObject(ipam()).nullish(),
      dns: dnsSchema().nullish(),
      prevResult: z.looseObject({}).nullish(),
      'cni.dev/valid-attachments': z
        .array(z.looseObject({ containerID: text(), ifname: text() }).nullable())
        .nullish(),
    }) satisfies z.ZodType<PluginConf>,
);
