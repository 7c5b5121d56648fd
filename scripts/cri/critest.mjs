import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The specs about networks and pods, as regular expressions for their full names. */
const focus = [
  'PodSandbox runtime should support (basic operations|sysctls)',
  'Networking runtime should support networking',
  'HostNetwork is (true|false)',
  'Multiple Containers .* should support network',
  'Idempotence',
  'Runtime info',
];

/**
 * Runs kubelet's validation tests against a server. Their complete output is in `critest.log` in the folder.
 *
 * @param {{ critest: string, folder: string, socket: string }} where
 * @returns {Promise<{ name: string, outcome: string, reason: string }[]>} every spec that ran, in the order of their names
 */
export async function runCritest({ critest, folder, socket }) {
  const report = join(folder, 'critest.json');
  const endpoint = `unix://${socket}`;
  const args = ['-runtime-endpoint', endpoint, '-image-endpoint', endpoint, '-ginkgo.no-color'];
  const selection = focus.flatMap((text) => ['-ginkgo.focus', text]);
  const log = openSync(join(folder, 'critest.log'), 'w');
  const options = { cwd: folder, stdio: ['ignore', log, log], env: { ...process.env, TMPDIR: folder } };
  const child = spawn(critest, [...args, ...selection, '-ginkgo.json-report', report], options);
  await once(child, 'exit');
  const [suite] = JSON.parse(await readFile(report, 'utf8'));
  const specs = suite.SpecReports.filter(isSelected).map(specOf);
  specs.sort((one, other) => one.name.localeCompare(other.name));
  return specs;
}

function isSelected({ LeafNodeType, State, Failure }) {
  // A spec that the selection leaves out has no message; a spec that skips itself says why.
  return LeafNodeType === 'It' && (State !== 'skipped' || Boolean(Failure?.Message));
}

function specOf({ ContainerHierarchyTexts, LeafNodeText, State, Failure }) {
  const name = [...ContainerHierarchyTexts, LeafNodeText].join(' ').replace('[k8s.io] ', '');
  return { name, outcome: State, reason: Failure?.Message ? `\n${Failure.Message}` : '' };
}
