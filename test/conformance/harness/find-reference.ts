import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const oracle = fileURLToPath(new URL('../oracle', import.meta.url));
const go = process.env.CONFORMANCE_GO ?? 'go';

/** Where Go keeps the sources of the release that the comparison is made with. */
export function findReference(): string {
  const args = ['mod', 'download', '-json', 'github.com/containernetworking/cni'];
  const { Dir } = JSON.parse(execFileSync(go, args, { cwd: oracle, encoding: 'utf8' }));
  return Dir;
}
