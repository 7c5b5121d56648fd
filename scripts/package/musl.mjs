import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findProgram } from '../setup/find-program.mjs';
import { installPackages } from '../setup/install-packages.mjs';
import { projectFolder } from '../setup/project.mjs';
import { reportWork } from '../setup/report.mjs';
import { runQuietly } from '../setup/run-quietly.mjs';

/** @typedef {typeof import('./architectures.mjs').architectures[number]} Architecture */

/**
 * A command that compiles C for this processor against musl: Debian's own wrapper for the machine's processor,
 * a cross compiler with the other processor's musl for any other.
 *
 * @param {Architecture} architecture
 */
export function muslCompiler(architecture) {
  if (architecture.node === process.arch) return ownCompiler();
  const compiler = `${architecture.compiler}-gcc`;
  const package_ = `gcc-${architecture.compiler.replaceAll('_', '-')}`;
  requireProgram(compiler, [package_]);
  return [compiler, `-specs=${crossSpecs(architecture)}`, ...architecture.crossFlags].join(' ');
}

function ownCompiler() {
  requireProgram('musl-gcc', ['musl-tools', 'gcc', 'libc6-dev']);
  return 'musl-gcc';
}

/**
 * @param {string} program
 * @param {readonly string[]} packages
 */
function requireProgram(program, packages) {
  if (!findProgram(program)) installPackages({ step: 'prebuilds', missing: [program], packages });
}

/**
 * The compiler's settings for a musl in .setup/ instead of /usr.
 *
 * @param {Architecture} architecture
 */
function crossSpecs(architecture) {
  const root = join(projectFolder, '.setup', architecture.musl);
  const specs = join(root, 'cross.specs');
  if (!existsSync(specs)) {
    reportWork('prebuilds', `fetching musl for ${architecture.node}`, () => unpackMusl(architecture, root));
    const original = readFileSync(join(root, 'usr/lib', architecture.musl, 'musl-gcc.specs'), 'utf8');
    writeFileSync(specs, original.replaceAll(/\/usr\/(lib|include)\//g, `${root}/usr/$1/`));
  }
  return specs;
}

/**
 * Downloads with a separate package state, so that the machine's list of architectures does not change.
 *
 * @param {Architecture} architecture
 * @param {string} root
 */
function unpackMusl(architecture, root) {
  const work = `${root}.apt`;
  rmSync(work, { recursive: true, force: true });
  const folders = ['state/lists/partial', 'cache/archives/partial', 'packages', 'root'];
  for (const folder of folders) mkdirSync(join(work, folder), { recursive: true });
  const apt = (...args) =>
    runQuietly('apt-get', [...privateState(architecture.debian, work), ...args], {
      cwd: join(work, 'packages'),
      hint: `The cross build downloads musl-dev and musl-tools for ${architecture.debian} from Debian's mirrors.`,
    });
  apt('update');
  apt('download', `musl-dev:${architecture.debian}`, `musl-tools:${architecture.debian}`);
  for (const name of readdirSync(join(work, 'packages'))) {
    runQuietly('dpkg-deb', ['-x', join(work, 'packages', name), join(work, 'root')]);
  }
  rmSync(root, { recursive: true, force: true });
  renameSync(join(work, 'root'), root);
  rmSync(work, { recursive: true });
}

/**
 * @param {string} debianArchitecture
 * @param {string} work
 */
function privateState(debianArchitecture, work) {
  const settings = {
    'APT::Architecture': debianArchitecture,
    'APT::Architectures': debianArchitecture,
    'APT::Sandbox::User': 'root',
    'Dir::State': join(work, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(work, 'cache'),
  };
  return ['-qq', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}
