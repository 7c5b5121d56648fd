import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { expect } from './expect.mjs';

/**
 * The declarations contain no `any`, and import only modules that come with the package.
 *
 * @param {string} folder the installed package
 */
export function checkDeclarations(folder) {
  const path = join(folder, 'dist/index.d.ts');
  const { dependencies } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const text = readFileSync(path, 'utf8');
  const source = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true);
  const places = placesOfAny(source);
  expect(places.length === 0, `Declarations with \`any\`, in lines ${places.join(', ')}`);
  const modules = ts.preProcessFile(text).importedFiles.map(({ fileName }) => fileName);
  const foreign = modules.filter((name) => !name.startsWith('node:') && !Object.hasOwn(dependencies, name));
  expect(
    foreign.length === 0,
    `Declarations import modules that are not in the package: ${foreign.join(', ')}`,
  );
  return 'without any, and without modules that are not in the package';
}

/**
 * @param {ts.SourceFile} source
 * @returns {number[]} line numbers
 */
function placesOfAny(source) {
  /** @param {ts.Node} node @returns {number[]} */
  const visit = (node) => {
    if (node.kind !== ts.SyntaxKind.AnyKeyword) return node.getChildren(source).flatMap(visit);
    return [source.getLineAndCharacterOfPosition(node.getStart(source)).line + 1];
  };
  return visit(source);
}
