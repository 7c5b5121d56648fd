import { type JsonNode, mapNodes, toText } from './generators/json-node.js';
import { parseNode } from './generators/parse-node.js';
import { fold } from './harness/fold.js';

/**
 * An intended difference in how a string is read. To check it, Go runs again with the string as this library understands it.
 * Then everything must agree.
 */
export interface Rewrite {
  /** Its name in docs/differences.md. */
  readonly name: string;
  readonly rewrite: (text: Buffer, place: TextPlace) => Buffer;
  /** For values to inject into a configuration: rewrites both as the object that they become. */
  readonly inject?: (conf: JsonNode, values: JsonNode) => readonly [conf: JsonNode, values: JsonNode];
  /** Whether this library passes on what Go must not see. It is removed from both sides before they are compared. */
  readonly isHandedOn?: boolean;
}

/** The kind of a string. */
export type TextPlace = 'conf' | 'answer' | 'entry';

/** The strings as this library reads them, written so that Go reads the same. */
export const rewrites: readonly Rewrite[] = [
  { name: 'nesting-limit', rewrite: (text, place) => (place === 'conf' ? text : nestLess(text)) },
  { name: 'invalid-utf8', rewrite: (text) => Buffer.from(text.toString('utf8')) },
  { name: 'duplicate-keys', rewrite: onNodes(dropDuplicates) },
  { name: 'spellings-of-a-key', rewrite: onNodes(dropSpellings), isHandedOn: true },
  { name: 'spellings-of-a-key', rewrite: onNodes(dropSortedSpellings), inject: dropAcross, isHandedOn: true },
  { name: 'spellings-of-a-key', rewrite: onlyOf('answer', onDocument(dropSpelledVersions)) },
  { name: 'integers-in-other-notations', rewrite: onNodes(respellInteger) },
  { name: 'number-out-of-range', rewrite: onlyOf('entry', onNodes(bringIntoRange)) },
  { name: 'isulad-entries', rewrite: onlyOf('entry', onDocument(encodeConfig)) },
];

const TOO_DEEP_TO_WALK = '['.repeat(2000);

function onlyOf(wanted: TextPlace, rewrite: (text: Buffer) => Buffer): Rewrite['rewrite'] {
  return (text, place) => (place === wanted ? rewrite(text) : text);
}

function onNodes(change: (node: JsonNode) => JsonNode): (text: Buffer) => Buffer {
  return onDocument((node) => mapNodes(node, change));
}

function onDocument(change: (node: JsonNode) => JsonNode): (text: Buffer) => Buffer {
  return (text) => {
    const node = text.includes(TOO_DEEP_TO_WALK) ? undefined : parseNode(text.toString('utf8'));
    if (node === undefined) return text;
    const changed = toText(change(node));
    return changed === toText(node) ? text : Buffer.from(changed);
  };
}

/** Of equal keys, the last value counts, at the place of the first. */
function dropDuplicates(node: JsonNode): JsonNode {
  return 'entries' in node ? { entries: [...new Map(node.entries)] } : node;
}

const KNOWN_KEYS = [
  ...['cniVersion', 'name', 'type', 'capabilities', 'ipam', 'dns', 'prevResult', 'cni.dev/valid-attachments'],
  ...[
    'containerID',
    'ifname',
    'nameservers',
    'domain',
    'search',
    'options',
    'ip4',
    'ip6',
    'ip',
    'gateway',
    'routes',
  ],
  ...[
    'dst',
    'gw',
    'mtu',
    'advmss',
    'priority',
    'table',
    'scope',
    'interfaces',
    'ips',
    'mac',
    'sandbox',
    'socketPath',
  ],
  ...[
    'pciID',
    'version',
    'interface',
    'address',
    'code',
    'msg',
    'details',
    'supportedVersions',
    'kind',
    'containerId',
  ],
  ...['config', 'networkName', 'netns', 'cniArgs', 'capabilityArgs', 'result'],
];

const known = new Set(KNOWN_KEYS.map(fold));

/** Of several spellings of a key that the specification knows, the last that is not null counts. */
function dropSpellings(node: JsonNode): JsonNode {
  if (!('entries' in node)) return node;
  const winners = new Map<string, string>();
  for (const [key, item] of node.entries) {
    const isNull = 'text' in item && item.text === 'null';
    if (!isNull || !winners.has(fold(key))) winners.set(fold(key), key);
  }
  return { entries: node.entries.filter(([key]) => !known.has(fold(key)) || winners.get(fold(key)) === key) };
}

/** Drops spellings in the order of keys that Go writes. */
function dropSortedSpellings(node: JsonNode): JsonNode {
  return dropSpellings(sortKeys(node));
}

/** A configuration and the values to inject become one object; each keeps the keys that count in it. */
function dropAcross(conf: JsonNode, values: JsonNode): readonly [JsonNode, JsonNode] {
  if (!('entries' in conf && 'entries' in values)) return [conf, values];
  const joined = dropSortedSpellings({ entries: [...new Map([...conf.entries, ...values.entries])] });
  const kept = new Set('entries' in joined ? joined.entries.map(([key]) => key) : []);
  const keep = ({ entries }: typeof conf) => ({ entries: entries.filter(([key]) => kept.has(key)) });
  return [keep(conf), keep(values)];
}

/** Sorts keys, as in the JSON that the libraries write. */
function sortKeys(node: JsonNode): JsonNode {
  if (!('entries' in node)) return node;
  return { entries: [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** A whole number counts as an integer in every notation. */
function respellInteger(node: JsonNode): JsonNode {
  if (!('text' in node) || !/^-?\d.*[.eE]|^-0$/.test(node.text)) return node;
  const value = Number(node.text);
  return Number.isSafeInteger(value) ? { text: String(value) } : node;
}

/** Replaces a number that is out of range by one that is not valid for an integer key either. */
function bringIntoRange(node: JsonNode): JsonNode {
  const isNumber = 'text' in node && /^-?\d/.test(node.text);
  return isNumber && !Number.isFinite(Number(node.text)) ? { text: '1.5' } : node;
}

/**
 * In error objects and in entries that are only listed, this library does not read the deep parts; Go reads everything, up
 * to its own limit. This rewrite comes first, because the others cannot handle such a string.
 */
function nestLess(text: Buffer): Buffer {
  if (!text.includes('['.repeat(9000))) return text;
  const deep = /\[{9000,}|\]{9000,}/g;
  return Buffer.from(
    text.toString('latin1').replace(deep, (run) => run.slice(0, 1500)),
    'latin1',
  );
}

/** In a result, Go first looks for the version only under its exact key, and later under any spelling. */
function dropSpelledVersions(node: JsonNode): JsonNode {
  if (!('entries' in node)) return node;
  return { entries: node.entries.filter(([key]) => key === 'cniVersion' || fold(key) !== 'cniversion') };
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Encodes a configuration that is plain JSON in an entry. */
function encodeConfig(node: JsonNode): JsonNode {
  if (!('entries' in node)) return node;
  return { entries: node.entries.map(([key, item]) => [key, fold(key) === 'config' ? encode(item) : item]) };
}

function encode(node: JsonNode): JsonNode {
  const value: unknown = 'text' in node ? JSON.parse(node.text) : undefined;
  if (typeof value !== 'string' || BASE64.test(value)) return node;
  return { text: JSON.stringify(Buffer.from(value).toString('base64')) };
}
