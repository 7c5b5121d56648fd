import { type JsonNode, mapNodes, toText } from './generators/json-node.js';
import { parseNode } from './generators/parse-node.js';
import { fold } from './harness/fold.js';

/**
 * A difference on purpose in how a text is read. It is told by asking Go again with the text as this library
 * understands it; with that, everything has to agree.
 */
export interface Rewrite {
  /** Its name in docs/differences.md. */
  readonly name: string;
  readonly rewrite: (text: Buffer) => Buffer;
}

/** The texts as this library reads them, in Go's spelling. */
export const rewrites: readonly Rewrite[] = [
  { name: 'invalid-utf8', rewrite: (text) => Buffer.from(text.toString('utf8')) },
  { name: 'duplicate-keys', rewrite: onNodes(dropDuplicates) },
  { name: 'spellings-of-a-key', rewrite: onNodes(dropSpellings) },
  { name: 'spellings-of-a-key', rewrite: onNodes((node) => dropSpellings(sortKeys(node))) },
  { name: 'integers-spelled-otherwise', rewrite: onNodes(respellInteger) },
];

function onNodes(change: (node: JsonNode) => JsonNode): (text: Buffer) => Buffer {
  return (text) => {
    const node = parseNode(text.toString('utf8'));
    if (node === undefined) return text;
    const changed = toText(mapNodes(node, change));
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

/** As the texts are that the libraries write themselves. */
function sortKeys(node: JsonNode): JsonNode {
  if (!('entries' in node)) return node;
  return { entries: [...node.entries].sort(([a], [b]) => (a < b ? -1 : 1)) };
}

/** A whole number counts as one however it is spelled. */
function respellInteger(node: JsonNode): JsonNode {
  if (!('text' in node) || !/^-?\d.*[.eE]/.test(node.text)) return node;
  const value = Number(node.text);
  return Number.isSafeInteger(value) ? { text: String(value) } : node;
}
