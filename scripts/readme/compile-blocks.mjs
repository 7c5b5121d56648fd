import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectFolder } from '../setup/project.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';

const options = ['--strict', '--noEmit', '--module', 'NodeNext', '--target', 'ES2022', '--skipLibCheck'];
const types = ['--lib', 'ES2023,ESNext.Disposable', '--types', 'node', '--ignoreConfig'];

/**
 * Compiles the code of documents under `strict`, each block as a separate file.
 *
 * @param {readonly { file: string, code: string }[]} blocks
 * @param {string} folder inside the checkout
 */
export function compileBlocks(blocks, folder) {
  const files = blocks.map(({ file, code }) => {
    const path = join(folder, file);
    // A block without an import is a module too.
    writeFileSync(path, `${code}\nexport {};\n`);
    return path;
  });
  const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
  runQuietly(process.execPath, [compiler, ...options, ...types, ...files], { cwd: projectFolder });
}
