import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect } from './expect.mjs';

/**
 * No emitted declaration says `any`.
 *
 * @param {string} folder the installed package
 */
export function checkDeclarations(folder) {
  const dist = join(folder, 'dist');
  const files = readdirSync(dist, { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith('.d.ts'),
  );
  const found = files.flatMap((name) => placesOfAny(join(dist, name)).map((place) => `${name}:${place}`));
  expect(found.length === 0, `Declarations with \`any\`: ${found.join(', ')}`);
  return `${files.length} files without any`;
}

/**
 * @param {string} path
 * @returns {number[]} line numbers
 */
function placesOfAny(path) {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true);
  /** @param {ts.Node} node @returns {number[]} */
  const visit = (node) => {
    if (node.kind !== ts.SyntaxKind.AnyKeyword) return node.getChildren(source).flatMap(visit);
    return [source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1];
  };
  return visit(source);
}
