import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { isJsonObject, type JsonObject } from '../json/parse-json.js';
import { dnsSchema } from '../result/dns.js';
import type { PluginConf } from './types.js';

/** The keys that have a type in Go; every other key may hold anything. */
export const TYPED_KEYS = [
  'cniVersion',
  'name',
  'type',
  'capabilities',
  'ipam',
  'dns',
  'prevResult',
  'cni.dev/valid-attachments',
] as const;

/** Known keys inside objects, which are matched without regard to case too. */
export const NESTED_KEYS = { ipam: ['type'], dns: ['nameservers', 'domain', 'search', 'options'] } as const;

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

/** The keys that have a type in Go. */
export const pluginConfSchema = lazy(
  () =>
    z.looseObject({
      cniVersion: text(),
      name: text(),
      type: z.string({ error: 'is missing or not a string' }).min(1, { error: 'is missing' }),
      capabilities: capabilities().nullish(),
      ipam: z.looseObject({ type: text() }).nullish(),
      dns: dnsSchema().nullish(),
      prevResult: z.looseObject({}).nullish(),
      'cni.dev/valid-attachments': z
        .array(z.looseObject({ containerID: text(), ifname: text() }).nullable())
        .nullish(),
    } satisfies Record<(typeof TYPED_KEYS)[number], z.ZodType>) satisfies z.ZodType<PluginConf>,
);

/**
 * Whether a configuration, its keys folded, certainly fits the schema. Most do, and a folder holds thousands, so this
 * spares them the schema, which decides on all others and says what is wrong with them.
 */
export function isCommonConf(conf: JsonObject): boolean {
  const { cniVersion, name, type, capabilities = {}, ipam = {}, dns, prevResult } = conf;
  return (
    isTextOrAbsent(cniVersion) &&
    isTextOrAbsent(name) &&
    isTextOrAbsent(type) &&
    Boolean(type) &&
    isJsonObject(capabilities) &&
    Object.values(capabilities).every(isFlag) &&
    isJsonObject(ipam) &&
    isTextOrAbsent(ipam.type) &&
    dns === undefined &&
    prevResult === undefined &&
    conf['cni.dev/valid-attachments'] === undefined
  );
}

function isFlag(value: unknown): boolean {
  return typeof value === 'boolean';
}

function isTextOrAbsent(value: unknown): boolean {
  return value === undefined || typeof value === 'string';
}
