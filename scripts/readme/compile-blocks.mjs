import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../setup/project.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';

const options = ['--strict', '--noEmit', '--module', 'NodeNext', '--target', 'ES2022', '--skipLibCheck'];
const types = ['--lib', 'ES2023,ESNext.Disposable', '--types', 'node', '--ignoreConfig'];

/**
 * Writes each block of the documents to a file of its own, and compiles the TypeScript under `strict`.
 *
 * @param {readonly { file: string, code: string }[]} blocks
 * @param {string} folder inside the checkout
 */
export function writeAndCompile(blocks, folder) {
  for (const { file, code } of blocks) writeFileSync(join(folder, file), code);
  const files = blocks.map(({ file }) => join(folder, file)).filter((path) => path.endsWith('.ts'));
  const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
  runQuietly(process.execPath, [compiler, ...options, ...types, ...files], { cwd: projectFolder });
}
