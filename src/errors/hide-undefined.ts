/** Hides the own properties of an error that are `undefined`, so that printing it shows only what is known. */
export function hideUndefined(error: Error): void {
  for (const [key, value] of Object.entries(error)) {
    if (value === undefined) Object.defineProperty(error, key, { enumerable: false });
  }
}
