// Packs the package as for publishing, and uses it as a user would.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runMain } from './setup/main.mjs';
import { setupModules } from './setup/modules.mjs';
import { projectFolder } from './setup/project.mjs';
import { reportFound, reportWork } from './setup/report.mjs';
import { runQuietly } from './setup/run-quietly.mjs';

const folder = mkdtempSync(join(tmpdir(), 'libcni-pack-'));
try {
  await runMain(checkPackage);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

async function checkPackage() {
  setupModules();
  const { expect } = await import('./package/expect.mjs');
  const { changedFiles } = await import('./package/check-tree.mjs');
  const before = changedFiles();
  const tarball = pack();
  expect(changedFiles() === before, 'npm pack changed the working tree');
  const project = reportWork('pack', 'installing the package in a new project', () => install(tarball));
  await checkInstalled(project);
  checkPublication(tarball);
}

function pack() {
  reportWork('pack', 'npm pack', () =>
    runQuietly('npm', ['pack', '--pack-destination', folder], {
      cwd: projectFolder,
      // With --ignore-scripts, npm would pack without the output of prepack.
      env: { npm_config_ignore_scripts: 'false' },
    }),
  );
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz')),
  );
}

/** @param {string} tarball */
function install(tarball) {
  const { devDependencies } = JSON.parse(readFileSync(join(projectFolder, 'package.json'), 'utf8'));
  const manifest = {
    private: true,
    type: 'module',
    dependencies: { libcni: `file:${tarball}` },
    devDependencies: { '@types/node': devDependencies['@types/node'] },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  runQuietly('npm', ['install', '--include=dev', '--no-audit', '--no-fund'], { cwd: folder });
  return folder;
}

/** @param {string} project */
async function checkInstalled(project) {
  const { checkFiles } = await import('./package/check-files.mjs');
  const { checkHelpers } = await import('./package/check-helpers.mjs');
  const { checkDeclarations } = await import('./package/check-declarations.mjs');
  const { checkConsumer } = await import('./package/check-consumer.mjs');
  const installed = join(project, 'node_modules/libcni');
  reportFound('files', checkFiles(installed, projectFolder));
  reportFound('helpers', checkHelpers(installed));
  reportFound('declarations', checkDeclarations(installed));
  reportFound('consumer', checkConsumer(project));
}

/** @param {string} tarball */
function checkPublication(tarball) {
  const tool = (path) => join(projectFolder, 'node_modules', path);
  reportWork('publication', 'publint', () =>
    runQuietly(process.execPath, [tool('publint/src/cli.js'), 'run', tarball, '--strict'], {
      cwd: projectFolder,
    }),
  );
  reportWork('publication', 'attw', () =>
    runQuietly(
      process.execPath,
      [tool('@arethetypeswrong/cli/dist/index.js'), tarball, '--profile', 'esm-only'],
      {
        cwd: projectFolder,
      },
    ),
  );
}
