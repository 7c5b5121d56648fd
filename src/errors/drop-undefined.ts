/** Takes the own properties of an error away that are `undefined`, so that whoever prints it sees what is known. */
export function dropUndefined(error: Error): void {
  for (const [key, value] of Object.entries(error)) {
    if (value === undefined) Reflect.deleteProperty(error, key);
  }
}
