import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const library = new URL('../dist/index.js', import.meta.url);
const folder = fileURLToPath(new URL('..', import.meta.url));

/** The packages of which an import of the library loads CommonJS modules, as most of its dependencies are or have. */
async function loadedPackages(env: Record<string, string>, then = ''): Promise<string[]> {
  const program = `
    import { createRequire } from 'node:module';
    import * as libcni from '${library}';
    ${then}
    const files = Object.keys(createRequire('${library}').cache);
    console.log(JSON.stringify(files.map((file) => /.*node_modules\\/([^/]+)/.exec(file)?.[1])));
  `;
  const run = promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: folder,
    env,
  });
  const packages: string[] = JSON.parse((await run).stdout);
  return [...new Set(packages)].sort();
}

it('loads no package before it is used, but for those of versions and schemas', async () => {
  expect(await loadedPackages({})).toEqual(['semver']);
});

it('loads debug for the first message of a log that may be enabled', async () => {
  const warn = `await new libcni.CNIConfig({ path: [], cacheDir: '/nonexistent' })
    .addNetworkList(libcni.networkConf({ cniVersion: '1.0.0', name: 'front', plugins: [{ type: 'none' }] }),
      { containerId: 'pod', netns: '/nonexistent', ifName: 'eth0', capabilityArgs: { portMappings: [] } })
    .catch(() => {});`;
  expect(await loadedPackages({}, warn)).not.toContain('debug');
  expect(await loadedPackages({ DEBUG: 'libcni:*' }, warn)).toContain('debug');
});
