import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from '../package/expect.mjs';
import { canIsolate, isolationHint, runIsolated } from '../sandbox/isolate.mjs';
import { projectFolder } from '../setup/project.mjs';

const prepare = fileURLToPath(new URL('prepare.sh', import.meta.url));

// tsx as a loader: its command makes a socket in a folder named by user id, which a user namespace changes.
const loader = import.meta.resolve('tsx');

/**
 * Runs a program of a document in its own namespaces.
 *
 * @param {{ name: string, file: string }} block
 * @param {string} folder where the program lies, inside the checkout
 * @returns {Promise<{ output: string, left: string[] }>} what it prints, and what it leaves
 */
export async function runBlock({ name, file }, folder) {
  expect(await canIsolate(), isolationHint);
  const log = join(folder, 'output');
  const program = join(folder, file);
  const command = file.endsWith('.sh')
    ? ['sh', '-e', program]
    : [process.execPath, '--import', loader, program];
  const code = await runIsolated(['sh', '-e', prepare, projectFolder, log, ...command]);
  const said = readFileSync(log, 'utf8');
  expect(code === 0, `${name} ends with exit code ${code}: ${said}`);
  const [output, left] = said.split('left:\n');
  return { output, left: left.trim().split(/\s+/) };
}

/**
 * The README's first program attaches, shows the address, and leaves nothing but its bridge.
 *
 * @param {{ output: string, left: string[] }} outcome
 */
export function checkFirstProgram({ output, left }) {
  expect(/attached with 10\.90\.0\.\d+$/m.test(output), `The README's program says: ${output}`);
  expect(/eth0@\S+ +UP +10\.90\.0\./.test(output), `The README's program shows no address: ${output}`);
  expect(left.join() === 'lo,web0', `The README's program leaves: ${left}`);
}
