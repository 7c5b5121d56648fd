const originals = new WeakMap<Error, Error>();

/**
 * Makes an error from another one, with the place where the original was thrown. The copy captures no stack of its own:
 * capturing one costs more than all the rest, and would show where the copy was made.
 *
 * @param make - makes the copy, of a class prepared by {@link showCarriedStacks}
 */
export function carryStack<Copy extends Error>(original: Error, make: () => Copy): Copy {
  const copy = withoutStack(make);
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
 * Makes an error that captures no stack, for where it would only show the code that makes it.
 *
 * @param make - makes it, of a class prepared by {@link showCarriedStacks}
 */
export function withoutStack<Made extends Error>(make: () => Made): Made {
  const made = withoutCapture(make);
  // Its own one is undefined, or was captured anyway since the limit is frozen. Either would hide that of the class.
  if (Object.hasOwn(made, 'stack')) Reflect.deleteProperty(made, 'stack');
  return made;
}

/** V8 captures no stack while the limit is not a number. `Reflect.set` does not throw if the limit is frozen. */
function withoutCapture<Value>(make: () => Value): Value {
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
