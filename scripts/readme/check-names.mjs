import { expect } from '../package/expect.mjs';

/**
 * Every name in the first column of the API tables is exported, or a method of what is exported; and every
 * exported function and class is in the README.
 *
 * @param {string} text
 * @returns {Promise<number>} how many names the tables have
 */
export async function checkNames(text) {
  const library = await import('libcni');
  const classes = [library.CNIConfig, library.CNIOperator, library.Netns];
  const known = [library, ...classes.map(({ prototype }) => prototype)].flatMap(Object.getOwnPropertyNames);
  const names = tableNames(text);
  const unknown = names.filter((name) => !known.includes(name));
  expect(unknown.length === 0, `README.md names what is not exported: ${unknown.join(', ')}`);
  const callable = Object.keys(library).filter((name) => typeof library[name] === 'function');
  const untold = callable.filter((name) => !text.includes(`\`${name}\``) && !text.includes(`new ${name}(`));
  expect(untold.length === 0, `README.md does not name ${untold.join(', ')}`);
  return names.length;
}

/** @param {string} text */
function tableNames(text) {
  const section = text.split(/^## /m).find((part) => part.startsWith('The API at a glance')) ?? '';
  const rows = section.split('\n').filter((line) => line.startsWith('| `'));
  const names = rows.flatMap((row) => [...row.split('|')[1].matchAll(/`(\w+)`/g)].map((match) => match[1]));
  expect(names.length > 0, 'README.md has no table of the API');
  return names;
}
