/** What the comparison has to do in CI, and how long it may take. */
const leastCases = 2000;
const mostSeconds = 90;

/**
 * What a run did not fulfil, as a sentence each.
 *
 * @param {{ cases: number, seconds: number }} run
 */
export function findShortcomings({ cases, seconds }) {
  return [
    ...(cases < leastCases ? [`${cases} cases were compared, and ${leastCases} are the least.`] : []),
    ...(seconds > mostSeconds
      ? [`It took ${seconds.toFixed(0)} s, and ${mostSeconds} s are the most that it may take.`]
      : []),
  ];
}

/**
 * The differences on purpose, by their names in docs/differences.md.
 *
 * @param {string} text of that page
 */
export function differencesIn(text) {
  return [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
}
