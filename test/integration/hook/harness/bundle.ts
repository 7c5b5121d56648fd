import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Lab } from '../../harness/lab.js';
import { run } from '../../harness/run.js';

const programs = ['sh', 'ip', 'nc', 'echo', 'sleep', 'cat'];

/** The settings of a bundle. */
export interface BundleChoices {
  /** What the container runs. @default writes down its address of eth0, and sends a greeting on port 80 */
  readonly script?: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** @default a new one */
  readonly network?: 'own' | 'host';
  /** The namespace to join instead. */
  readonly netnsPath?: string;
}

/** A bundle with busybox as its root file system, which is removed with the lab. */
export async function makeBundle(lab: Lab, id: string, choices: BundleChoices = {}): Promise<string> {
  const bundle = join(lab.folder, `bundle-${id}`);
  const bin = join(bundle, 'rootfs/bin');
  for (const folder of ['bin', 'proc', 'dev'])
    await mkdir(join(bundle, 'rootfs', folder), { recursive: true });
  await run('cp', '--reflink=auto', await busybox(), join(bin, 'busybox'));
  for (const name of programs) await symlink('busybox', join(bin, name));
  await writeFile(join(bundle, 'config.json'), JSON.stringify(configuration(id, choices)));
  return bundle;
}

async function busybox(): Promise<string> {
  return (await run('sh', '-c', 'command -v busybox')).trim();
}

function configuration(
  id: string,
  { script, annotations, network = 'own', netnsPath }: BundleChoices,
): object {
  const greet = `ip -o -4 addr show dev eth0 > /address; exec nc -ll -p 80 -e /bin/echo hello from ${id}`;
  const path = netnsPath === undefined ? {} : { path: netnsPath };
  const namespaces = ['pid', 'ipc', 'uts', 'mount'].map((type) => ({ type }));
  const capabilities = ['CAP_NET_BIND_SERVICE'];
  return {
    ociVersion: '1.0.2',
    process: {
      user: { uid: 0, gid: 0 },
      args: ['/bin/sh', '-c', script ?? greet],
      env: ['PATH=/bin'],
      cwd: '/',
      capabilities: { bounding: capabilities, effective: capabilities, permitted: capabilities },
    },
    root: { path: 'rootfs', readonly: false },
    hostname: id,
    mounts: [{ destination: '/proc', type: 'proc', source: 'proc' }],
    // crun reports the output of a hook only to a log file.
    annotations: { 'run.oci.hooks.stderr': '/dev/stderr', ...annotations },
    linux: { namespaces: network === 'host' ? namespaces : [...namespaces, { type: 'network', ...path }] },
  };
}
