/**
 * A value that is made when it is first asked for. Schemas are: each takes a while to be made, which whoever imports the
 * library would wait for, and a program uses few of them.
 */
export function lazy<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
