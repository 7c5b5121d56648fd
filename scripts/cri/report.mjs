import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { projectFolder } from '../setup/project.mjs';

/**
 * Writes docs/cri.md.
 *
 * @param {{ checked: { name: string, outcome: string }[], specs: { name: string, outcome: string }[] }} results
 */
export async function writeReport({ checked, specs }) {
  const row = ({ name, outcome }) => `| ${name} | ${outcome} |`;
  const table = (title, rows) => [`| ${title} | outcome |`, '|---|---|', ...rows.map(row), ''];
  const lines = [
    '# A CRI server on the library',
    '',
    '`examples/cri-server` is a server for kubelet: CRI, `runtime.v1`, on a Unix socket. Pods are run by the sandbox layer of',
    'this library, containers by runc under conmon, which writes their logs and outlives the server. Images are folders of',
    'root file systems. It is an example, not a product: no streaming (`exec`, `attach`, `port-forward`), no privileged',
    'containers, no user namespaces, no seccomp or AppArmor profiles, no metrics, and `/dev/shm` is not shared in a pod. What',
    'it does not do it answers with Unimplemented.',
    '',
    '`npm run test:cri` builds `crictl` and `critest` 1.37.0 of the Kubernetes project, starts the server in namespaces of its',
    'own, and writes this page. It needs Go, runc, conmon and busybox-static.',
    '',
    '## With crictl',
    '',
    ...table('what', checked),
    '## Specs of critest',
    '',
    ...table('spec', specs),
  ];
  await writeFile(join(projectFolder, 'docs/cri.md'), lines.join('\n'));
}
