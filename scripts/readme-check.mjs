// The README's program runs, cleans up and says what it should; its other code compiles; its names exist.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkNames } from './readme/check-names.mjs';
import { codeBlocks } from './readme/code-blocks.mjs';
import { runProgram } from './readme/run-program.mjs';
import { runMain } from './setup/main.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportFound, reportWork } from './setup/report.mjs';
import { runQuietly } from './setup/run-quietly.mjs';

const text = readFileSync(join(projectFolder, 'README.md'), 'utf8');
const parent = join(projectFolder, '.setup');
mkdirSync(parent, { recursive: true });
// Inside the checkout, where `libcni` means the checkout itself.
const folder = mkdtempSync(join(parent, 'readme-'));
try {
  await runMain(async () => {
    reportFound('readme', `${await checkNames(text)} names are exported`);
    reportWork('readme', 'compiling its code', compileBlocks);
    await runProgram(text, folder);
    reportFound('readme', 'its program runs and leaves nothing');
  });
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function compileBlocks() {
  const blocks = codeBlocks(text, 'ts');
  const files = blocks.map((code, index) => {
    const file = join(folder, `block-${index}.ts`);
    writeFileSync(file, code);
    return file;
  });
  const options = ['--strict', '--noEmit', '--module', 'NodeNext', '--target', 'ES2022', '--skipLibCheck'];
  const types = ['--lib', 'ES2023,ESNext.Disposable', '--types', 'node', '--ignoreConfig'];
  const compiler = join(projectFolder, 'node_modules/typescript/bin/tsc');
  runQuietly(process.execPath, [compiler, ...options, ...types, ...files], { cwd: projectFolder });
}
