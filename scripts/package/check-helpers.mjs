import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';
import { architectures } from './architectures.mjs';
import { readElf } from './elf.mjs';
import { expect } from './expect.mjs';

const largestSize = 112 * 1024;
const emulators = { x64: 'qemu-x86_64-static', arm64: 'qemu-aarch64-static' };

/**
 * Each helper is static, small, for its processor, and prints the version of the package. The helper for the other
 * processor is run if there is an emulator.
 *
 * @param {string} folder the installed package
 */
export function checkHelpers(folder) {
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  return architectures.map((architecture) => checkHelper(architecture, folder, version)).join(', ');
}

/**
 * @param {typeof architectures[number]} architecture
 * @param {string} folder
 * @param {string} version
 */
function checkHelper({ node, elfMachine }, folder, version) {
  const path = join(folder, 'prebuilds', `linux-${node}`, 'cni-helper');
  const elf = readElf(path);
  expect(elf.machine === elfMachine, `${path} is for ELF machine ${elf.machine}, not ${elfMachine}`);
  expect(elf.isStatic, `${path} needs a loader or shared libraries`);
  expect(elf.size < largestSize, `${path} has ${elf.size} bytes, which is more than ${largestSize}`);
  const size = `${node} ${Math.round(elf.size / 1024)} KiB`;
  const emulator = node === process.arch ? undefined : findProgram(emulators[node]);
  if (node !== process.arch && !emulator) return `${size} (not run: no ${emulators[node]})`;
  const command = emulator ? [emulator, path] : [path];
  const said = runQuietly(command[0], [...command.slice(1), '--version']);
  expect(said.startsWith(`cni-helper ${version} `), `${path} --version says ${said.trim()}, not ${version}`);
  return size;
}
