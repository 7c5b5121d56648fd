// Port of cachedInfo in Go's libcni/api.go.
import { z } from 'zod';
import { isJsonObject, type JsonObject } from '../json/parse-json.js';
import { foldTo } from '../result/fields.js';
import type { Result } from '../result/types.js';
import type { RuntimeConf } from '../runtime-conf.js';

/** The `kind` of every cache file. */
const CACHE_KIND = 'cniCacheV1';

const text = z
  .string()
  .nullish()
  .transform((value) => value ?? '');

/** As in Go, what is missing from a pair is empty, and what is too much is passed over. */
const argument = z
  .array(text)
  .nullish()
  .transform((pair): readonly [string, string] => [pair?.[0] ?? '', pair?.[1] ?? '']);

const fields = z.looseObject({
  kind: z.literal(CACHE_KIND),
  containerId: text,
  config: text,
  ifName: text,
  networkName: text,
  netns: text,
  cniArgs: z.array(argument).nullish(),
  // A record schema would lose a key `__proto__`.
  capabilityArgs: z.custom<JsonObject>(isJsonObject).nullish(),
  result: z.looseObject({}).nullish(),
  // What iSulad writes instead of cniArgs and capabilityArgs.
  cni_args: z.record(z.string(), z.string()).nullish(),
  portMappings: z.unknown().optional(),
  aliases: z.unknown().optional(),
});

const entrySchema = z.preprocess(foldTo(fields.shape), fields);

/** What the cache knows of one attachment. */
export interface CacheEntry {
  readonly containerId: string;
  readonly networkName: string;
  readonly ifName: string;
  readonly netns: string;
  /** The text of the configuration. */
  readonly config: string;
  readonly args: RuntimeConf['args'];
  readonly capabilityArgs: RuntimeConf['capabilityArgs'];
  /** The result as JSON, in the version that it was written in; `null` where there is none. */
  readonly result: unknown;
}

/** What ADD leaves behind. */
export interface NewCacheEntry {
  readonly network: string;
  readonly config: string;
  readonly rt: RuntimeConf;
  readonly result: Result;
}

/** The text of a cache file, in the form that Go libcni writes and reads. */
export function formatEntry({ network, config, rt, result }: NewCacheEntry): string {
  return JSON.stringify({
    kind: CACHE_KIND,
    containerId: rt.containerId,
    config: Buffer.from(config).toString('base64'),
    ifName: rt.ifName,
    networkName: network,
    ...(rt.netns && { netns: rt.netns }),
    ...(rt.args && rt.args.length > 0 && { cniArgs: rt.args }),
    ...(rt.capabilityArgs &&
      Object.keys(rt.capabilityArgs).length > 0 && { capabilityArgs: rt.capabilityArgs }),
    result,
  });
}

/** A cache file of ours, of Go libcni or of iSulad; `undefined` where the JSON is none of them. */
export function entryFromJson(parsed: unknown): CacheEntry | undefined {
  const checked = entrySchema.safeParse(parsed);
  if (!checked.success) return undefined;
  const { containerId, networkName, ifName, netns, config, result } = checked.data;
  return {
    containerId,
    networkName,
    ifName,
    netns,
    config: decodeConfig(config),
    ...runtimeArguments(checked.data),
    result: result ?? null,
  };
}

function runtimeArguments(entry: z.infer<typeof fields>): Pick<CacheEntry, 'args' | 'capabilityArgs'> {
  const args = entry.cniArgs ?? (entry.cni_args ? Object.entries(entry.cni_args) : undefined);
  return { args, capabilityArgs: entry.capabilityArgs ?? isuladCapabilities(entry) };
}

function isuladCapabilities({
  portMappings,
  aliases,
}: z.infer<typeof fields>): Record<string, unknown> | undefined {
  const found = { ...(portMappings ? { portMappings } : {}), ...(aliases ? { aliases } : {}) };
  return Object.keys(found).length > 0 ? found : undefined;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Go libcni encodes the configuration, iSulad writes it as it is. */
function decodeConfig(config: string): string {
  return BASE64.test(config) ? Buffer.from(config, 'base64').toString('utf8') : config;
}
