/** Annotations of a pod or container. */
export type Annotations = Readonly<Record<string, string>>;

/** What the text of an annotation parses to; `undefined` where there is no such annotation. */
export function readKey<Value>(
  annotations: Annotations,
  key: string,
  parse: (text: string, annotation: string) => Value,
): Value | undefined {
  const text = Object.hasOwn(annotations, key) ? annotations[key] : undefined;
  return text === undefined ? undefined : parse(text, key);
}
