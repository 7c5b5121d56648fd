/** The names of records, found by the container that they may be of. */
export class NameIndex {
  readonly #names = new Set<string>();
  /** By each part between two dashes, of which ids may have several. */
  readonly #byPart = new Map<string, Set<string>>();

  /** All of them. */
  get all(): ReadonlySet<string> {
    return this.#names;
  }

  add(name: string): void {
    if (this.#names.has(name)) return;
    this.#names.add(name);
    for (const part of partsOf(name)) {
      const others = this.#byPart.get(part);
      if (others === undefined) this.#byPart.set(part, new Set([name]));
      else others.add(name);
    }
  }

  delete(name: string): void {
    if (!this.#names.delete(name)) return;
    for (const part of partsOf(name)) {
      const others = this.#byPart.get(part);
      others?.delete(name);
      if (others?.size === 0) this.#byPart.delete(part);
    }
  }

  /** Names that a record of the container may have, in their order; others run into them where there are dashes. */
  ofContainer(id: string): string[] {
    let fewest: ReadonlySet<string> = this.#names;
    for (const part of id.split('-')) {
      const found = part === '' ? this.#names : this.#byPart.get(part);
      if (found === undefined) return [];
      if (found.size < fewest.size) fewest = found;
    }
    return [...fewest].filter((name) => mayBeOf(name, id)).sort();
  }
}

/** Whether a record of this name may be of the container. */
function mayBeOf(name: string, id: string): boolean {
  const part = `-${id}-`;
  const position = name.indexOf(part);
  return position > 0 && position + part.length < name.length;
}

/** The first part is of the network, and the last of the interface, but interfaces and networks may have dashes. */
function partsOf(name: string): Set<string> {
  return new Set(name.split('-').slice(1, -1));
}
