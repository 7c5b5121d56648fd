import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { warmUp } from './lose.mjs';

/** Runs something with folders for hooks and the networks of a lab. */
export async function withHooks(lab, use) {
  const places = { stateDir: join(lab.root, 'hooks'), pinDir: join(lab.root, 'netns') };
  return await lab.withOperator(async (operator) => {
    await warmUp(operator, await lab.pod('warm'));
    return await use({ operator, ...places });
  });
}

/** A process in its own namespace, and the state that a runtime would give its hooks. */
export async function hold(id, annotations = {}) {
  const script = 'echo ready; exec sleep 600';
  const child = spawn('unshare', ['--net', 'sh', '-c', script], { stdio: ['ignore', 'pipe', 'inherit'] });
  await once(child.stdout, 'data');
  const { pid } = child;
  const state = JSON.stringify({
    ociVersion: '1.0.2',
    id,
    status: 'created',
    pid,
    bundle: '/b',
    annotations,
  });
  return { state, end: () => end(child) };
}

async function end(child) {
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
