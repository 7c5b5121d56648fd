/**
 * A value that is created on first use. Schemas are lazy: creating them all would slow down importing the library, and a
 * program uses only a few.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
