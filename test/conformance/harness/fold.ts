/** The common spelling of a key for a case-insensitive decoder. */
export function fold(key: string): string {
  return key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}
