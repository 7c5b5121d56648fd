import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { choosePluginSet } from '../integration/plugin-set.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
const vitest = fileURLToPath(new URL('../../node_modules/vitest/vitest.mjs', import.meta.url));
const command = [vitest, 'run', '--project', 'faults', 'test/faults/sandbox-killed.test.ts'];
const folders = [...(process.env.CNI_PATH ?? '').split(':').filter(Boolean), '/opt/cni/bin', '/usr/lib/cni'];
const SURVIVED = /^survived kill (\d+) of/;

/** Kills a program that runs, stops and removes pods. Its test checks after each kill that everything is in order. */
export const rows = [
  {
    title: 'a host program killed at a random moment of run, stop and remove of pods, then one `restore()`',
    times: { short: 20, long: 200 },
    run: killPrograms,
  },
];

async function killPrograms(_lab, times, random) {
  const child = spawn(process.execPath, command, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
    env: environment(times, random),
  });
  const ended = once(child, 'exit');
  let survived = 0;
  const said = [];
  for await (const line of createInterface({ input: child.stdout })) {
    survived = Number(SURVIVED.exec(line)?.[1] ?? survived);
    said.push(line);
  }
  const [code] = await ended;
  if (code === 0) return { survived, faults: [] };
  // After the last kill, the test still removes all pods, and that can fail.
  return { survived: Math.min(survived, times - 1), faults: [said.join('\n')] };
}

function environment(times, random) {
  const { folder, cniVersion } = choosePluginSet({ folders });
  const plugins = { CNI_PATH: folder, INTEGRATION_PLUGINS: folder, INTEGRATION_CNI_VERSION: cniVersion };
  const faults = { FAULT_KILLS: String(times), FAULT_SEED: String(Math.floor(random() * 2 ** 31)) };
  return { ...process.env, ...plugins, ...faults };
}
