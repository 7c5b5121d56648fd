import { execFileSync } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../setup/project.mjs';

/** @typedef {{ name: string, outcome: string }} Outcome */

const page = join(projectFolder, 'docs/cri.md');
const mark = '<!-- containerd -->\n';
const row = ({ name, outcome }) => `| ${name} | ${outcome} |`;
const table = (title, rows) => [`| ${title} | outcome |`, '|---|---|', ...rows.map(row), ''];

/**
 * Writes docs/cri.md, and keeps its part about containerd.
 *
 * @param {{ checked: Outcome[], specs: Outcome[] }} results
 */
export async function writeReport({ checked, specs }) {
  const lines = [
    '# A CRI server',
    '',
    '`examples/cri-server` is a server for kubelet: CRI, `runtime.v1`, on a Unix socket. The sandbox layer of this library runs',
    'pods. runc runs containers under conmon, which writes their logs and outlives the server. Images are folders of root',
    'file systems. It is an example, not a product: no streaming (`exec`, `attach`, `port-forward`), no privileged containers,',
    'no user namespaces, no seccomp or AppArmor profiles, no metrics, and `/dev/shm` is not shared in a pod. Requests for',
    'something else fail with Unimplemented.',
    '',
    '`npm run test:cri` builds `crictl` and `critest` 1.37.0 of the Kubernetes project, tests the server with them in separate',
    "namespaces, runs the same specs on Debian's containerd, and writes this page. It needs Go, runc, conmon, containerd and",
    'busybox-static.',
    '',
    '## With crictl',
    '',
    ...table('what', checked),
    '## Specs of critest',
    '',
    ...table('spec', specs),
  ];
  const [, control = ''] = (await readPage()).split(mark);
  await writeFile(page, `${lines.join('\n')}\n${mark}${control}`);
}

/**
 * Writes the results of containerd for the same specs to docs/cri.md.
 *
 * @param {Outcome[]} specs
 * @returns {Promise<string[]>} the specs that containerd passes and this library does not
 */
export async function writeControl(specs) {
  const [own = ''] = (await readPage()).split(mark);
  const version = execFileSync('containerd', ['--version'], { encoding: 'utf8' }).match(/\d+\.\d+/)?.[0];
  const lines = [
    '## The same specs with containerd',
    '',
    `containerd ${version}, tested in the same way, with the same networks and root file systems. The command fails if`,
    'containerd passes a spec that the server above does not.',
    '',
    ...table('spec', specs),
  ];
  await writeFile(page, `${own}${mark}${lines.join('\n')}`);
  const passed = specs.filter(({ outcome }) => outcome === 'passed');
  return passed.filter((spec) => !own.includes(row(spec))).map(({ name }) => name);
}

async function readPage() {
  return await readFile(page, 'utf8').catch(() => '');
}
