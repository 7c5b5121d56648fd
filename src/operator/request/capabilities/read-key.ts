/** Annotations of a pod or container. */
export type Annotations = Readonly<Record<string, string>>;

/** Parses an annotation; `undefined` if it does not exist. */
export function readKey<Value>(
  annotations: Annotations,
  key: string,
  parse: (text: string, annotation: string) => Value,
): Value | undefined {
  const text = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return text === undefined ? undefined : parse(text, key);
}
