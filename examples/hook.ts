// Serves hooks that attach containers of runc. Needs root, runc, busybox and the CNI plugins.
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { CNIOperator, installHooks, servedHooks, serveHooks } from 'libcni';

const run = promisify(execFile);
const folder = await mkdtemp('/tmp/libcni-example-');
const bundle = `${folder}/bundle`;
const ipam = { type: 'host-local', dataDir: `${folder}/leases`, subnet: '10.87.0.0/24' };
const plugins = [{ type: 'ptp', ipMasq: true, ipam }];
await writeFile(`${folder}/web.conflist`, JSON.stringify({ cniVersion: '1.0.0', name: 'web', plugins }));

const binDirs = (process.env.CNI_PATH ?? '/opt/cni/bin:/usr/lib/cni').split(':');
const operator = await CNIOperator.create({ confDir: folder, binDirs, cacheDir: `${folder}/cache` });
const server = await serveHooks({ operator, stateDir: `${folder}/state`, socket: `${folder}/hook.sock` });
server.on('hook', ({ event, id, outcome, durationMs }) => {
  console.log(`${event} of ${id}: ${outcome?.did} in ${durationMs.toFixed(0)} ms`);
});

try {
  await makeBundle();
  await installHooks(bundle, servedHooks({ socket: server.socket }));
  // Its process prints its address, which it has from the start.
  const { stdout } = await run('runc', ['--root', `${folder}/runc`, 'run', '--bundle', bundle, 'example']);
  console.log(`the container says: ${stdout.trim()}`);
  assert.match(stdout, /inet 10\.87\.0\.\d+\/24/);
  const { stdout: rules } = await run('iptables-save');
  assert.ok(!rules.includes('10.87.0.'), 'a rule is left');
} finally {
  await server.close();
  await operator[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
}

/** A bundle made by `runc spec`, with busybox as root file system. */
async function makeBundle(): Promise<void> {
  await mkdir(`${bundle}/rootfs/bin`, { recursive: true });
  const { stdout: busybox } = await run('sh', ['-c', 'command -v busybox']);
  await copyFile(busybox.trim(), `${bundle}/rootfs/bin/busybox`);
  await symlink('busybox', `${bundle}/rootfs/bin/ip`);
  await run('runc', ['spec', '--bundle', bundle]);
  const spec = JSON.parse(await readFile(`${bundle}/config.json`, 'utf8'));
  const process = {
    ...spec.process,
    terminal: false,
    args: ['/bin/ip', '-o', '-4', 'address', 'show', 'eth0'],
  };
  await writeFile(`${bundle}/config.json`, JSON.stringify({ ...spec, process }));
}
