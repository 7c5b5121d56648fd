import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '../package/expect.mjs';
import { canIsolate, isolationHint, runIsolated } from '../sandbox/isolate.mjs';

// Private folders replace the machine's own for configurations, leases and cache. Programs find a network, a bundle, and
// the root file system of a sandbox. At the end, only the loopback interface and a bridge may be left, and no files.
const bridge = { type: 'bridge', bridge: 'web0', isGateway: true };
const ipam = { type: 'host-local', subnet: '10.95.0.0/24' };
const portmap = { type: 'portmap', capabilities: { portMappings: true } };
const network = { cniVersion: '1.0.0', name: 'web', plugins: [{ ...bridge, ipam }, portmap] };
const script = `
  exec >"$1" 2>&1
  mount -t tmpfs -o mode=0755 tmpfs /var/lib
  cp -a /etc /run/etc
  mount --bind /run/etc /etc
  rm -rf /etc/cni
  mkdir -p /etc/cni/net.d /run/bundles/web /var/lib/example/pause/bin
  echo '${JSON.stringify(network)}' >/etc/cni/net.d/10-web.conflist
  echo '{ "ociVersion": "1.0.2" }' >/run/bundles/web/config.json
  cp "$(command -v busybox)" /var/lib/example/pause/bin/busybox
  printf '#!/bin/busybox sh\\nexec /bin/busybox sleep 600\\n' >/var/lib/example/pause/pause
  chmod +x /var/lib/example/pause/pause
  shift
  "$@"
  echo 'left:'
  ip -o link | cut -d: -f2
  find /var/run/netns -mindepth 1
  find /var/lib -path '*/results/*' -type f
  find /var/lib/cni/networks -name '10.*' 2>/dev/null || true
  { iptables-save; ip6tables-save; } | grep -e '10\\.9[05]\\.0' -e CNI-DN || true`;

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
  const command = [process.execPath, '--import', loader, join(folder, file)];
  const code = await runIsolated(['sh', '-ec', script, 'sh', log, ...command]);
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
