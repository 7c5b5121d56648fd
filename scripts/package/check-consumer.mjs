import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { projectFolder } from '../setup/project.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';
import { expect } from './expect.mjs';

const compilerOptions = {
  target: 'ES2022',
  lib: ['ES2023', 'ESNext.Disposable'],
  module: 'NodeNext',
  types: ['node'],
  strict: true,
  exactOptionalPropertyTypes: true,
  skipLibCheck: false,
  noEmit: true,
};

/**
 * A program can import every public name from the installed package, and a strict TypeScript program compiles
 * against its declarations and those of its dependencies.
 *
 * @param {string} project a folder with the package in its node_modules
 */
export function checkConsumer(project) {
  const entries = Object.entries({ libcni: 'index', 'libcni/testing': 'testing' }).map(([entry, file]) => ({
    entry,
    ...publicNames(join(project, `node_modules/libcni/dist/${file}.d.ts`)),
  }));
  for (const { entry, values } of entries) runProgram(project, entry, values);
  const lines = entries.flatMap(({ entry, values, types }) => [
    `export { ${values.join(', ')} } from '${entry}';`,
    `export type { ${types.join(', ')} } from '${entry}';`,
  ]);
  writeFileSync(join(project, 'consumer.ts'), `${lines.join('\n')}\n`);
  writeFileSync(
    join(project, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['consumer.ts'] }),
  );
  runQuietly(process.execPath, [join(projectFolder, 'node_modules/typescript/bin/tsc'), '-p', project]);
  const count = (kind) => entries.reduce((sum, entry) => sum + entry[kind].length, 0);
  return `${count('values')} values and ${count('types')} types imported`;
}

/**
 * @param {string} project
 * @param {string} entry
 * @param {readonly string[]} values
 */
function runProgram(project, entry, values) {
  const program = [
    `import { ${values.join(', ')} } from '${entry}';`,
    `const missing = Object.entries({ ${values.join(', ')} }).filter(([, value]) => value === undefined);`,
    'process.stdout.write(missing.map(([name]) => name).join());',
  ];
  writeFileSync(join(project, 'program.mjs'), `${program.join('\n')}\n`);
  const missing = runQuietly(process.execPath, [join(project, 'program.mjs')], { cwd: project });
  expect(missing === '', `Public names without a value: ${missing}`);
}

/**
 * @param {string} declarations
 */
function publicNames(declarations) {
  const program = ts.createProgram([declarations], { module: ts.ModuleKind.NodeNext, skipLibCheck: true });
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(declarations);
  const symbol = source && checker.getSymbolAtLocation(source);
  const names = symbol ? checker.getExportsOfModule(symbol) : [];
  expect(names.length > 0, `${declarations} exports nothing`);
  const isValue = (name) => (original(name, checker).flags & ts.SymbolFlags.Value) !== 0;
  return {
    values: names.filter(isValue).map((name) => name.name),
    types: names.filter((name) => !isValue(name)).map((name) => name.name),
  };
}

/**
 * @param {ts.Symbol} symbol
 * @param {ts.TypeChecker} checker
 */
function original(symbol, checker) {
  return symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
}
