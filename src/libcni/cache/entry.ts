// Port of cachedInfo in Go's libcni/api.go.
import { keyFolder } from '../json/fold-keys.js';
import { isJsonObject, type JsonObject } from '../json/parse-json.js';
import type { Result } from '../result/types.js';
import type { RuntimeConf } from '../runtime-conf.js';

/** The `kind` of every cache file. */
const CACHE_KIND = 'cniCacheV1';

const foldKeys = keyFolder([
  'kind',
  'containerId',
  'config',
  'ifName',
  'networkName',
  'netns',
  'netnsIdentity',
  'cniArgs',
  'capabilityArgs',
  'result',
  // What iSulad writes instead of cniArgs and capabilityArgs.
  'cni_args',
  'portMappings',
  'aliases',
]);

/** What the cache knows about an attachment. */
export interface CacheEntry {
  readonly containerId: string;
  readonly networkName: string;
  readonly ifName: string;
  readonly netns: string;
  /** The identity of its namespace; a key of this library. */
  readonly netnsIdentity: string | undefined;
  /** The configuration as JSON. */
  readonly config: string;
  readonly args: RuntimeConf['args'];
  readonly capabilityArgs: Readonly<Record<string, unknown>> | undefined;
  /** The result as JSON, in the version that it was written in; `null` if there is none. */
  readonly result: unknown;
}

/** What ADD leaves behind. */
export interface NewCacheEntry {
  readonly network: string;
  readonly config: string;
  readonly rt: RuntimeConf;
  readonly result: Result;
  /** The namespace that it was made in. @default unknown */
  readonly netnsIdentity?: string | undefined;
}

/** Formats a cache file as Go libcni writes and reads it. */
export function formatEntry({ network, config, rt, result, netnsIdentity }: NewCacheEntry): string {
  const text = JSON.stringify({
    kind: CACHE_KIND,
    containerId: rt.containerId,
    config: Buffer.from(config).toString('base64'),
    ifName: rt.ifName,
    networkName: network,
    ...(rt.netns && { netns: rt.netns }),
    ...(netnsIdentity && { netnsIdentity }),
    ...(rt.args && rt.args.length > 0 && { cniArgs: rt.args }),
    ...(rt.capabilityArgs &&
      Object.keys(rt.capabilityArgs).length > 0 && { capabilityArgs: rt.capabilityArgs }),
    result,
  });
  return text.includes('\\ud') ? replaceSurrogates(text) : text;
}

/** In JSON written here, only a lone surrogate is an escape. Go writes U+FFFD for it. */
function replaceSurrogates(json: string): string {
  return json.replace(/\\(?:(ud[89a-f]..)|.)/g, (found, lone) => (lone === undefined ? found : '\ufffd'));
}

/**
 * Decodes a cache file of this library, of Go libcni or of iSulad; `undefined` if it is none of them. Decoded by hand,
 * since thousands are read at a time.
 */
export function entryFromJson(parsed: unknown): CacheEntry | undefined {
  if (!isJsonObject(parsed)) return undefined;
  const raw = foldKeys(parsed);
  if (!isEntry(raw)) return undefined;
  return {
    containerId: textOf(raw.containerId),
    networkName: textOf(raw.networkName),
    ifName: textOf(raw.ifName),
    netns: textOf(raw.netns),
    netnsIdentity: textOf(raw.netnsIdentity) || undefined,
    config: decodeConfig(raw.config),
    args: argumentsOf(raw),
    capabilityArgs: isJsonObject(raw.capabilityArgs) ? raw.capabilityArgs : isuladCapabilities(raw),
    result: raw.result ?? null,
  };
}

function isEntry(raw: JsonObject): boolean {
  const { kind, containerId, config, ifName, networkName, netns } = raw;
  const { cniArgs, cni_args: isuladArgs, capabilityArgs, result } = raw;
  return (
    kind === CACHE_KIND &&
    [containerId, ifName, networkName, netns].every(isText) &&
    (isText(config) || isListOf(config, isByte)) &&
    isListOf(cniArgs, isArgument) &&
    (isNothing(isuladArgs) || isJsonObject(isuladArgs)) &&
    isListOf(Object.values(isuladArgs ?? {}), (value) => typeof value === 'string') &&
    [capabilityArgs, result].every((value) => isNothing(value) || isJsonObject(value))
  );
}

function isNothing(value: unknown): value is null | undefined {
  return value === undefined || value === null;
}

function isText(value: unknown): boolean {
  return isNothing(value) || typeof value === 'string';
}

/** Go accepts bytes as base64 or as an array of numbers, with null for 0. */
function isByte(value: unknown): boolean {
  return isNothing(value) || (Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 255);
}

/** Go looks at two items of a pair only. */
function isArgument(value: unknown): boolean {
  return isNothing(value) || (Array.isArray(value) && isText(value[0]) && isText(value[1]));
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return isNothing(value) || (Array.isArray(value) && value.every(isItem));
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function argumentsOf({ cniArgs, cni_args: isuladArgs }: JsonObject): CacheEntry['args'] {
  if (Array.isArray(cniArgs)) return cniArgs.map(argumentOf);
  if (!isJsonObject(isuladArgs)) return undefined;
  return Object.entries(isuladArgs).map(([key, value]) => [key, textOf(value)]);
}

/** As in Go, a missing item of a pair is empty, and further items are ignored. */
function argumentOf(pair: unknown): readonly [string, string] {
  return Array.isArray(pair) ? [textOf(pair[0]), textOf(pair[1])] : ['', ''];
}

function isuladCapabilities({ portMappings, aliases }: JsonObject): CacheEntry['capabilityArgs'] {
  const found = { ...(portMappings ? { portMappings } : {}), ...(aliases ? { aliases } : {}) };
  return Object.keys(found).length > 0 ? found : undefined;
}

/** Used with a check that the length is divisible by four. A repeated group would overflow the stack at a few MiB. */
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** Thousands of entries share a few configurations, and entries read in order repeat the previous one. */
let last = { encoded: '', config: '' };

function decodeConfig(config: unknown): string {
  if (Array.isArray(config)) return Buffer.from(config.map(Number)).toString('utf8');
  const encoded = textOf(config);
  if (encoded !== last.encoded) last = { encoded, config: decodeText(encoded) };
  return last.config;
}

/** Go libcni encodes the configuration, iSulad writes it as it is. Line breaks in base64 are ignored. */
function decodeText(text: string): string {
  const encoded = text.replace(/[\r\n]/g, '');
  const isBase64 = encoded.length % 4 === 0 && BASE64.test(encoded);
  return isBase64 ? Buffer.from(encoded, 'base64').toString('utf8') : text;
}
