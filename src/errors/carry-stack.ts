const originals = new WeakMap<Error, Error>();

/**
 * Makes an error of another one, with the place where that was thrown. It has no stack of its own: taking one costs more
 * than all the rest, and would tell where the copy was made.
 *
 * @param make - makes the copy, of a class that is prepared by {@link showCarriedStacks}
 */
export function carryStack<Copy extends Error>(original: Error, make: () => Copy): Copy {
  const copy = withoutStacks(make);
  // Where the limit is frozen, it took one nevertheless.
  if (Object.hasOwn(copy, 'stack')) Reflect.deleteProperty(copy, 'stack');
  originals.set(copy, original);
  return copy;
}

/**
 * Lets errors of a class that have no stack of their own show that of their original. The text is put together when
 * somebody looks at it, since most stacks are never looked at.
 */
export function showCarriedStacks(prototype: Error): void {
  Object.defineProperty(prototype, 'stack', {
    configurable: true,
    get(this: Error): string {
      return stackOf(this, originals.get(this));
    },
    set(this: Error, value: unknown) {
      Object.defineProperty(this, 'stack', { configurable: true, writable: true, value });
    },
  });
}

/** V8 takes no stack while the limit is no number. `Reflect.set` does not throw where it is frozen. */
function withoutStacks<Value>(make: () => Value): Value {
  const limit = Error.stackTraceLimit;
  Reflect.set(Error, 'stackTraceLimit', undefined);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/** Name and message of the error itself, and the place of its original. */
function stackOf({ name, message }: Error, original: Error | undefined): string {
  const { stack = '', message: text = '' } = original ?? {};
  const place = stack.indexOf('\n    at ', stack.indexOf(text) + text.length);
  return `${name}: ${message}${place < 0 ? '' : stack.slice(place)}`;
}
