import { LibcniError } from '../../errors/index.js';
import { runHook } from '../../hook/index.js';
import { CNIOperator } from '../../operator/index.js';
import { endSignal } from '../options/limits.js';
import { operatorOptions, stateDir } from '../options/places.js';
import type { HookCommandOptions } from './options.js';

const MAX_STATE_BYTES = 1024 * 1024;

/** Runs the hook of an event. Nothing is printed: a runtime shows what a hook says only where it fails. */
export async function runEvent(
  event: 'createRuntime' | 'poststop',
  options: HookCommandOptions,
): Promise<void> {
  const state = await readState();
  await using operator = await CNIOperator.create(operatorOptions(options));
  await runHook(event, state, {
    operator,
    stateDir: stateDir(options),
    pinDir: options.pinDir,
    env: hookEnvironment(options),
    timeoutMs: options.timeout,
    signal: endSignal(),
  });
}

async function readState(): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of process.stdin) {
    chunks.push(chunk);
    size += chunk.length;
    if (size > MAX_STATE_BYTES)
      throw new LibcniError('ERR_CONF_INVALID', `standard input is larger than ${MAX_STATE_BYTES} bytes`);
  }
  if (size > 0) return Buffer.concat(chunks).toString('utf8');
  throw new LibcniError('ERR_CONF_INVALID', 'standard input is empty; a runtime writes the OCI state to it');
}

/** Options win over the variables of the same names. */
function hookEnvironment(options: HookCommandOptions): Record<string, string | undefined> {
  const { networks, ports, ips, mac, ifname, cniArgs, capArgs } = options;
  return {
    ...process.env,
    ...(networks !== undefined && { LIBCNI_NETWORKS: networks }),
    ...(ports !== undefined && { LIBCNI_PORTS: ports }),
    ...(ips !== undefined && { LIBCNI_IPS: ips }),
    ...(mac !== undefined && { LIBCNI_MAC: mac }),
    ...(ifname !== undefined && { CNI_IFNAME: ifname }),
    ...(cniArgs !== undefined && { CNI_ARGS: cniArgs }),
    ...(capArgs !== undefined && { CAP_ARGS: capArgs }),
  };
}
