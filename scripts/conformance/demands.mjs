/** What the comparison has to do in CI, and how long it may take. */
const leastCases = 2000;
const mostSeconds = 90;

/**
 * How often both libraries have to succeed with each operation in the usual run: cases that nearly all fail alike
 * compare little. Each is at most about half of what is seen, and far less where that is little, so that no seed falls
 * short by chance.
 */
export const leastFulfilled = {
  add: 250,
  'at-least': 1,
  attachments: 110,
  'cached-config': 110,
  'cached-result': 110,
  check: 20,
  'conf-files': 2,
  'convert-result': 95,
  'create-result': 50,
  del: 170,
  'drop-ins': 1,
  find: 1,
  gc: 60,
  inject: 30,
  'list-from-file': 1,
  'load-conf': 1,
  'load-network': 1,
  'parse-list': 70,
  'parse-plugin': 60,
  'parse-version': 1,
  status: 2,
  stringify: 2,
  upconvert: 22,
  validate: 4,
  'validate-name': 6,
  version: 2,
};

/**
 * What a run did not fulfil, as a sentence each.
 *
 * @param {{ cases: number, seconds: number, fulfilled: Readonly<Record<string, number>> }} run
 */
export function findShortcomings({ cases, seconds, fulfilled }) {
  const rare = Object.entries(leastFulfilled).filter(([name, least]) => (fulfilled[name] ?? 0) < least);
  return [
    ...(cases < leastCases ? [`${cases} cases were compared, and ${leastCases} are the least.`] : []),
    ...(seconds > mostSeconds
      ? [`It took ${seconds.toFixed(0)} s, and ${mostSeconds} s are the most that it may take.`]
      : []),
    ...rare.map(([name, least]) => {
      return `${name} succeeded ${fulfilled[name] ?? 0} times, and ${least} times are the least.`;
    }),
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
