/** The spelling that all spellings of a key share for a decoder that disregards case. */
export function fold(key: string): string {
  return key.replaceAll('\u017f', 's').replaceAll('\u212a', 'k').toLowerCase();
}
