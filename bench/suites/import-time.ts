import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { againstFirst } from '../measure/comparison.js';
import type { Contender } from '../measure/rounds.js';
import type { Bench, Suite } from './suite.js';

const ALONE = 'an empty program';
const IMPORTING = "a program with import 'libcni'";

/** How much importing the library adds to the start of Node. */
export function importSuite(bench: Bench): Suite {
  const library = import.meta.resolve('libcni');
  return {
    id: 'import',
    contenders: [contender(bench, ALONE, ''), contender(bench, IMPORTING, `import '${library}';\n`)],
    comparisons: [
      {
        title: 'Node from start to exit',
        metric: 'wallMs',
        contenders: [ALONE, IMPORTING],
        against: againstFirst([ALONE, IMPORTING]),
        by: 'difference',
        target: { contender: IMPORTING, atMost: 130, against: ALONE },
      },
    ],
  };
}

function contender({ workspace, scale }: Bench, name: string, text: string): Contender {
  const file = join(workspace.root, `${text === '' ? 'empty' : 'import'}.mjs`);
  writeFileSync(file, text);
  const runs = scale(20);
  const run = async () => {
    const start = performance.now();
    for (let index = 0; index < runs; index++) await runNode(pathToFileURL(file).pathname);
    return { wallMs: performance.now() - start };
  };
  return { name, runs, run };
}

async function runNode(file: string): Promise<void> {
  const child = spawn(process.execPath, [file], { stdio: 'inherit', env: {} });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${file} exited with ${code}`);
}
