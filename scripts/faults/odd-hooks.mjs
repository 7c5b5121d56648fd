import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { runHook } from '../../dist/index.js';
import { hold, withHooks } from './hook-containers.mjs';
import { kindNames, kinds } from './odd-kinds.mjs';

const count = Object.keys(kinds).length;

/** The record of a hook is replaced by something else. */
export const rows = [
  {
    title: `the record of a hook is replaced by something else (${kindNames}); hooks attach and detach another container, and \`poststop\` detaches the first one`,
    times: { short: count, long: count },
    run: (lab) => withHooks(lab, (hooks) => replaceEach(lab, hooks)),
  },
];

async function replaceEach(lab, hooks) {
  const faults = [];
  for (const [kind, make] of Object.entries(kinds)) {
    const before = lab.rules();
    const found = await withOddRecord(hooks, make).catch((error) => [error.stack]);
    found.push(...(await lab.rulesLeft(before)));
    if (found.length > 0) faults.push(`${kind}: ${found.slice(0, 4).join('; ')}`);
  }
  return { survived: count - faults.length, faults };
}

async function withOddRecord(hooks, make) {
  const options = { ...hooks, env: {} };
  const [bad, other] = [await hold('bad'), await hold('other')];
  await runHook('createRuntime', bad.state, options);
  const file = join(hooks.stateDir, 'hook/bad.json');
  rmSync(file);
  make(file);
  await runHook('createRuntime', other.state, options);
  await other.end();
  await runHook('poststop', other.state, options);
  await bad.end();
  const { did } = await runHook('poststop', bad.state, options);
  return did === 'detached' ? [] : ['it was not detached'];
}
