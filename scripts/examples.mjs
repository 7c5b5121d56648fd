// Runs every program of examples/, each in its own namespaces: npm run examples [-- names]
import { readdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { canIsolate, isolationHint } from './sandbox/isolate.mjs';
import { runExample } from './sandbox/run-example.mjs';

const folder = fileURLToPath(new URL('../examples/', import.meta.url));

process.exitCode = await main(process.argv.slice(2));

async function main(names) {
  if (!(await canIsolate())) {
    console.error(isolationHint);
    return 1;
  }
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const chosen = files.filter((file) => names.length === 0 || names.some((name) => file.includes(name)));
  const failed = [];
  for (const file of chosen) {
    console.log(`\n== ${file}`);
    if ((await runExample(`${folder}${file}`)) !== 0) failed.push(file);
  }
  return report(chosen, failed);
}

function report(chosen, failed) {
  console.log(`\n${chosen.length - failed.length} of ${chosen.length} examples succeeded`);
  if (failed.length > 0) console.error(`failed: ${failed.join(', ')}`);
  return chosen.length > 0 && failed.length === 0 ? 0 : 1;
}
