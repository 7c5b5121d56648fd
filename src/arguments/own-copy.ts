/** Deeper than anything that is accepted, and shallow enough to be walked on a nearly full stack. */
const MAX_DEPTH = 1000;

/**
 * A copy of arrays and plain objects, at every depth, for what is read after the call that it was given to: the caller may
 * change its own meanwhile. Everything else stays as it is, such as objects of a class and those with `toJSON`.
 */
export function ownCopy<Value>(value: Value): Value {
  return copyOf(value, { known: new Map(), depth: 0 });
}

interface Place {
  /** The copies of the objects that have others in them: only these can contain themselves. */
  readonly known: Map<unknown, unknown>;
  readonly depth: number;
}

function copyOf<Value>(value: Value, place: Place): Value;
function copyOf(value: unknown, { known, depth }: Place): unknown {
  if (!isPlain(value) || depth >= MAX_DEPTH) return value;
  const before = known.get(value);
  if (before !== undefined) return before;
  const inside = { known, depth: depth + 1 };
  return Array.isArray(value) ? copyOfArray(value, inside) : copyOfObject(value, inside);
}

/** Items are replaced by index, since requests have thousands of port mappings. */
function copyOfArray(items: readonly unknown[], inside: Place): unknown[] {
  const copy = [...items];
  inside.known.set(items, copy);
  for (let index = 0; index < copy.length; index += 1) copy[index] = copyOf(copy[index], inside);
  return copy;
}

function copyOfObject(object: object, inside: Place): object {
  const copy: Record<string, unknown> = { ...object };
  for (const key of Object.keys(copy)) {
    const inner = copy[key];
    if (typeof inner !== 'object' || inner === null) continue;
    inside.known.set(object, copy);
    copy[key] = copyOf(inner, inside);
  }
  return copy;
}

/** Plain objects of another realm count too. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}
