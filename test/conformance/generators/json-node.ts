/**
 * A JSON document that can have what values cannot: repeated keys, numbers as they are written, lone surrogates.
 */
export type JsonNode = RawNode | ObjectNode | ArrayNode;

interface RawNode {
  readonly text: string;
}

interface ObjectNode {
  readonly entries: readonly (readonly [string, JsonNode])[];
}

interface ArrayNode {
  readonly items: readonly JsonNode[];
}

export function fromValue(value: unknown): JsonNode {
  if (Array.isArray(value)) return { items: value.map(fromValue) };
  if (typeof value !== 'object' || value === null) return { text: JSON.stringify(value ?? null) };
  const present = Object.entries(value).filter(([, item]) => item !== undefined);
  return { entries: present.map(([key, item]) => [key, fromValue(item)]) };
}

export function toText(node: JsonNode): string {
  if ('text' in node) return node.text;
  if ('items' in node) return `[${node.items.map(toText).join(',')}]`;
  return `{${node.entries.map(([key, item]) => `${JSON.stringify(key)}:${toText(item)}`).join(',')}}`;
}

/** How many places in a document can be edited. */
export function countPlaces(node: JsonNode): number {
  return children(node).reduce((count, child) => count + 1 + countPlaces(child), 0);
}

/** What an edit turns an entry of an object, or an item of an array, into: none, one or several. */
export type Edit = (key: string, node: JsonNode) => readonly (readonly [string, JsonNode])[];

/** The document with an edit at one place; places count in the order of the text. */
export function editAt(node: JsonNode, place: number, edit: Edit): JsonNode {
  let left = place;
  return visit(node);

  function visit(current: JsonNode): JsonNode {
    if ('text' in current) return current;
    if ('items' in current)
      return { items: current.items.flatMap((item) => step('', item)).map(([, item]) => item) };
    return { entries: current.entries.flatMap(([key, item]) => step(key, item)) };
  }

  function step(key: string, item: JsonNode): readonly (readonly [string, JsonNode])[] {
    left -= 1;
    return left === -1 ? edit(key, item) : [[key, visit(item)]];
  }
}

function children(node: JsonNode): readonly JsonNode[] {
  if ('text' in node) return [];
  return 'items' in node ? node.items : node.entries.map(([, item]) => item);
}

/** The document with every node changed, from the leaves up. */
export function mapNodes(node: JsonNode, change: (node: JsonNode) => JsonNode): JsonNode {
  if ('text' in node) return change(node);
  if ('items' in node) return change({ items: node.items.map((item) => mapNodes(item, change)) });
  return change({ entries: node.entries.map(([key, item]) => [key, mapNodes(item, change)]) });
}
