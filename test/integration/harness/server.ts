import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { until } from './eventually.js';
import type { Lab } from './lab.js';
import type { Pod } from './pod.js';
import { runIn } from './run.js';

const fixture = (name: string) =>
  fileURLToPath(new URL(`../../fixtures/integration/${name}`, import.meta.url));

/** Starts a server in a pod that sends a string to each TCP connection. It ends with the test. */
export function startGreeter(
  lab: Lab,
  pod: Pod,
  { port, text }: { port: number; text: string },
): Promise<void> {
  return startServer(lab, pod, ['greeter.mjs', String(port), text]);
}

/** Starts a server in a pod that counts the bytes it receives, and answers with bytes and milliseconds. */
export function startSink(lab: Lab, pod: Pod, port: number): Promise<void> {
  return startServer(lab, pod, ['sink.mjs', String(port)]);
}

/** Connects from a namespace (no path: the host's) and returns the greeting. Rejects if there is no answer. */
export function readGreeting(netns: string | undefined, address: string, port: number): Promise<string> {
  return runIn(netns, process.execPath, fixture('read-greeting.mjs'), address, String(port));
}

/** Sends bytes to a sink and returns the rate at which they arrived, in bits per second. */
export async function measureRate(
  netns: string | undefined,
  target: { readonly address: string; readonly port: number; readonly bytes: number },
): Promise<number> {
  const args = [target.address, String(target.port), String(target.bytes)];
  const answer = await runIn(netns, process.execPath, fixture('send-bytes.mjs'), ...args);
  const [bytes = 0, ms = 0] = answer.split(' ').map(Number);
  if (bytes !== target.bytes) throw new Error(`sent ${target.bytes} bytes, ${bytes} arrived`);
  return (bytes * 8 * 1000) / ms;
}

async function startServer(lab: Lab, pod: Pod, [script, ...args]: [string, ...string[]]): Promise<void> {
  const ready = join(lab.folder, `ready-${script}-${pod.id}-${args[0]}`);
  const stop = new AbortController();
  const server = pod.netns.exec(process.execPath, [fixture(script), ready, ...args], { signal: stop.signal });
  const ended = server.then(
    (outcome) => Promise.reject(new Error(`${script} ended: ${JSON.stringify(outcome)}`)),
    (error: unknown) => Promise.reject(error),
  );
  lab.defer(() => {
    stop.abort();
    return ended.catch(() => undefined);
  });
  await Promise.race([until(() => existsSync(ready)), ended]);
}
