/**
 * A class that mentions itself gets a second name from esbuild, `var Name = class _Name`, and that is the one that a printed
 * error and `constructor.name` show. Gives it the first one; inside the class it means the same.
 *
 * @param {string} code
 * @returns {string}
 */
export function withOwnClassNames(code) {
  const names = [...code.matchAll(/([A-Za-z]\w*) ?= ?class _\1\b/g)].map(([, name]) => name);
  return names.reduce((text, name) => text.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), name), code);
}
