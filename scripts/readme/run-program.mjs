import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from '../package/expect.mjs';
import { canIsolate, isolationHint, runIsolated } from '../sandbox/isolate.mjs';

// Leases and the cache are in folders that are the machine's own outside. What is listed in the end must be the
// loopback interface and the bridge, and no file.
const script = `
  exec >"$1" 2>&1
  mount -t tmpfs tmpfs /var/lib
  "$2" "$3"
  echo 'left:'
  ip -o link | cut -d: -f2
  find /var/run/netns -mindepth 1
  find /var/lib/cni/results -type f
  find /var/lib/cni/networks/web -name '10.*'
  { iptables-save; ip6tables-save; } | grep -e '10\\.90\\.0' -e CNI-DN || true`;

/**
 * Runs the README's program in namespaces of its own and looks at what it says and leaves.
 *
 * @param {string} text the README
 * @param {string} folder where the program is written to, inside the checkout
 */
export async function runProgram(text, folder) {
  const program = text.match(/^```js\n(.*?)^```$/ms)?.[1] ?? '';
  expect(program.includes('addNetworkList'), 'README.md has no program');
  expect(await canIsolate(), isolationHint);
  const [file, log] = [join(folder, 'attach.mjs'), join(folder, 'output')];
  writeFileSync(file, program);
  const code = await runIsolated(['sh', '-ec', script, 'sh', log, process.execPath, file]);
  const said = readFileSync(log, 'utf8');
  const [output, left] = said.split('left:\n');
  expect(code === 0, `The README's program ends with exit code ${code}: ${said}`);
  expect(/attached with 10\.90\.0\.\d+\/24/.test(output), `The README's program says: ${output}`);
  expect(/eth0@\S+ +UP +10\.90\.0\./.test(output), `The README's program shows no address: ${output}`);
  expect(left?.trim().split(/\s+/).join() === 'lo,web0', `The README's program leaves: ${left}`);
}
