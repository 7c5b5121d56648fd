/** The name that was probably meant; `undefined` if none is close. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const rated = known.map((candidate) => ({ candidate, distance: distance(name, candidate) }));
  const nearest = rated.sort((a, b) => a.distance - b.distance).at(0);
  if (nearest === undefined || nearest.distance >= name.length) return undefined;
  return nearest.distance <= Math.max(2, Math.floor(name.length / 3)) ? nearest.candidate : undefined;
}

/** How many letters must be changed, added or removed (Levenshtein distance), ignoring case. */
function distance(from: string, to: string): number {
  const [a, b] = [from.toLowerCase(), to.toLowerCase()];
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 0; i < a.length; i += 1) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j += 1) {
      const replaced = (row[j] ?? 0) + (a[i] === b[j] ? 0 : 1);
      next.push(Math.min(replaced, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
