/** The names of records, indexed by the containers that they may belong to. */
export class NameIndex {
  readonly #names = new Set<string>();
  /** Indexed by each part between dashes; ids may have several parts. */
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

  /** The names that may belong to the container, in order. With dashes in names, some may belong to others. */
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

/** Whether a record of this name may belong to the container. */
function mayBeOf(name: string, id: string): boolean {
  const part = `-${id}-`;
  const position = name.indexOf(part);
  return position > 0 && position + part.length < name.length;
}

/** The first part belongs to the network and the last to the interface, but both may contain dashes. */
function partsOf(name: string): Set<string> {
  return new Set(name.split('-').slice(1, -1));
}
