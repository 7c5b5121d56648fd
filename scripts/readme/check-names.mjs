import { expect } from '../package/expect.mjs';

/**
 * Every name in the first column of the overview's tables is exported, or a member of what is exported; and every
 * exported function and class is in the overview.
 *
 * @param {string} text of docs/api-overview.md
 * @returns {Promise<number>} how many names the tables have
 */
export async function checkNames(text) {
  const library = await import('libcni');
  const { CNIConfig, CNIOperator, Netns } = library;
  const members = [CNIConfig, CNIOperator, Netns].map(({ prototype }) => prototype);
  const known = [library, ...members].flatMap(Object.getOwnPropertyNames);
  const names = tableNames(text);
  const unknown = names.filter((name) => !known.includes(name));
  expect(unknown.length === 0, `The API overview has names that are not exported: ${unknown.join(', ')}`);
  const callable = Object.keys(library).filter((name) => typeof library[name] === 'function');
  const untold = callable.filter((name) => !names.includes(name));
  expect(untold.length === 0, `The API overview lacks ${untold.join(', ')}`);
  return names.length;
}

/** @param {string} text */
function tableNames(text) {
  const rows = text.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`(\w+)`/g)].map((match) => match[1]));
  expect(names.length > 0, 'The API overview has no table');
  return names;
}
