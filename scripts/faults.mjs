// Injects faults into the library and prints which ones it survived: npm run test:faults [-- --long] [-- --write]
import { randomInt } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { canIsolate, isolationHint, runIsolated } from './sandbox/isolate.mjs';

const self = fileURLToPath(import.meta.url);
const document = fileURLToPath(new URL('../docs/reliability.md', import.meta.url));
const marks = ['<!-- table -->\n', '<!-- end of table -->'];
const GROUPS = [
  'kills',
  'odd-files',
  'odd-networks',
  'odd-pods',
  'odd-hooks',
  'foreign-folders',
  'long-ids',
  'namespaces',
  'replaced',
  'pids',
  'boots',
  'pods',
];
const isLong = process.argv.includes('--long');

process.exitCode = process.env.FAULTS_INSIDE ? await main() : await enter();

async function enter() {
  if (await canIsolate()) {
    const env = { ...process.env, FAULTS_INSIDE: '1' };
    return await runIsolated([process.execPath, self, ...process.argv.slice(2)], { env });
  }
  console.error(isolationHint);
  return 1;
}

async function main() {
  const { Lab } = await import('./faults/lab.mjs');
  const groups = await Promise.all(GROUPS.map((name) => import(`./faults/${name}.mjs`)));
  const only = process.argv.find((argument) => argument.startsWith('--only='))?.slice('--only='.length) ?? '';
  const rows = groups.flatMap(({ rows }) => rows).filter(({ title }) => title.includes(only));
  const seed = Number(process.env.FAULT_SEED ?? randomInt(2 ** 31));
  console.log(`to repeat this run: FAULT_SEED=${seed}`);
  const results = [];
  for (const row of rows)
    results.push(await runRow(row, new Lab(pluginFolder(), row.network), randomNumbers(seed)));
  const table = ['| fault | times | survived |', '|---|---|---|', ...results.map(({ line }) => line)].join(
    '\n',
  );
  console.log(`\n${table}`);
  if (process.argv.includes('--write')) writeTable(table);
  return results.every(({ isWhole }) => isWhole) ? 0 : 1;
}

async function runRow({ title, times, run }, lab, random) {
  const wanted = isLong ? times.long : times.short;
  const start = performance.now();
  const { survived, faults } = await run(lab, wanted, random).catch((error) => ({
    survived: 0,
    faults: [error.stack],
  }));
  for (const fault of faults) console.log(`FAULT ${fault}`);
  lab.remove();
  console.log(`${survived} of ${wanted}, ${Math.round((performance.now() - start) / 1000)} s: ${title}`);
  return { line: `| ${title} | ${wanted} | ${survived} |`, isWhole: survived === wanted };
}

function pluginFolder() {
  const folders = [...(process.env.CNI_PATH ?? '').split(':'), '/opt/cni/bin', '/usr/lib/cni'];
  return folders.find((folder) => folder !== '' && existsSync(`${folder}/bridge`));
}

/** Numbers from 0 to 1 that depend only on the seed. */
function randomNumbers(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function writeTable(table) {
  const [before, rest = ''] = readFileSync(document, 'utf8').split(marks[0]);
  writeFileSync(document, `${before}${marks[0]}\n${table}\n\n${marks[1]}${rest.split(marks[1])[1] ?? ''}`);
}
