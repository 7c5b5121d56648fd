/**
 * Gives classes their own names again. esbuild renames a class that refers to itself, `var Name = class _Name`, and printed
 * errors and `constructor.name` show the second name. Inside the class, both names mean the same.
 *
 * @param {string} code
 * @returns {string}
 */
export function withOwnClassNames(code) {
  const names = [...code.matchAll(/([A-Za-z]\w*) ?= ?class _\1\b/g)].map(([, name]) => name);
  return names.reduce((text, name) => text.replaceAll(new RegExp(`\\b_${name}\\b`, 'g'), name), code);
}
