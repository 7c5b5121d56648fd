const originals = new WeakMap<Error, Error>();

/**
 * Makes an error from another one, with the place where the original was thrown. The copy captures no stack of its own:
 * capturing one costs more than all the rest, and would show where the copy was made.
 *
 * @param make - makes the copy, of a class prepared by {@link showCarriedStacks}
 */
export function carryStack<Copy extends Error>(original: Error, make: () => Copy): Copy {
  const copy = withoutStacks(make);
  // If the limit is frozen, a stack was captured anyway.
  if (Object.hasOwn(copy, 'stack')) Reflect.deleteProperty(copy, 'stack');
  originals.set(copy, original);
  return copy;
}

/**
 * Makes errors of a class that have no stack of their own show the stack of their original. The string is built on
 * first use, since most stacks are never read.
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

/**
 * Makes errors that capture no stack, for where it would only show the code that makes them.
 */
// V8 captures none while the limit is not a number. `Reflect.set` does not throw if the limit is frozen.
export function withoutStacks<Value>(make: () => Value): Value {
  const limit = Error.stackTraceLimit;
  Reflect.set(Error, 'stackTraceLimit', undefined);
  try {
    return make();
  } finally {
    Reflect.set(Error, 'stackTraceLimit', limit);
  }
}

/** The name and message of the error itself, and the place of its original. */
function stackOf({ name, message }: Error, original: Error | undefined): string {
  const { stack = '', message: text = '' } = original ?? {};
  const place = stack.indexOf('\n    at ', stack.indexOf(text) + text.length);
  return `${name}: ${message}${place < 0 ? '' : stack.slice(place)}`;
}
