import type { JsonNode } from './json-node.js';

const TOKEN = /[ \t\n\r]*([{}[\]:,]|"(?:[^"\\]|\\.)*"|[-+.\w]+)/gu;

/** Parses JSON into a document that keeps what a parser drops; `undefined` if it is not JSON. */
export function parseNode(text: string): JsonNode | undefined {
  try {
    JSON.parse(text);
    return new NodeReader(text).read();
  } catch {
    return undefined;
  }
}

/** Reads texts that are known to be valid. */
class NodeReader {
  readonly #tokens: string[] = [];
  #at = 0;

  constructor(text: string) {
    for (const [, token = ''] of text.matchAll(TOKEN)) this.#tokens.push(token);
  }

  read(): JsonNode {
    const token = this.#next();
    if (token === '{') return { entries: this.#until('}', () => this.#entry()) };
    if (token === '[') return { items: this.#until(']', () => this.read()) };
    return { text: token };
  }

  #entry(): readonly [string, JsonNode] {
    const key: string = JSON.parse(this.#next());
    this.#next();
    return [key, this.read()];
  }

  #until<Item>(end: string, item: () => Item): Item[] {
    const items: Item[] = [];
    while (this.#tokens[this.#at] !== end) {
      if (items.length > 0) this.#next();
      items.push(item());
    }
    this.#at += 1;
    return items;
  }

  #next(): string {
    this.#at += 1;
    return this.#tokens[this.#at - 1] ?? '';
  }
}
