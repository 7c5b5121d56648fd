/** How many cases the comparison must have in CI, and how long it may take. */
const leastCases = 2000;
const mostSeconds = 90;

/**
 * How often both libraries must succeed with each operation in the usual run, since cases that fail in both compare
 * little. Each number is at most about half of the usual count, and far less if that is small, so that no seed falls short
 * by chance.
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
 * The shortcomings of a run, each as a sentence.
 *
 * @param {{ cases: number, seconds: number, fulfilled: Readonly<Record<string, number>> }} run
 */
export function findShortcomings({ cases, seconds, fulfilled }) {
  const rare = Object.entries(leastFulfilled).filter(([name, least]) => (fulfilled[name] ?? 0) < least);
  return [
    ...(cases < leastCases ? [`${cases} cases were compared; at least ${leastCases} are required.`] : []),
    ...(seconds > mostSeconds
      ? [`It took ${seconds.toFixed(0)} s; at most ${mostSeconds} s are allowed.`]
      : []),
    ...rare.map(([name, least]) => {
      return `${name} succeeded ${fulfilled[name] ?? 0} times; at least ${least} times are required.`;
    }),
  ];
}

/**
 * The names of the intended differences in docs/differences.md.
 *
 * @param {string} text of that page
 */
export function differencesIn(text) {
  return [...text.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
}
