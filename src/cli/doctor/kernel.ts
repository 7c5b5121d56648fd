import { asError } from '../../errors/system-error.js';
import { createNetns, type Netns } from '../../netns/index.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, note, wrong } = findingsOf('kernel');

/** Kinds of interfaces, the plugins that create them, and the arguments that create one on an interface `probe0`. */
const devices: readonly { type: string; plugins: string; args: string; isNeeded: boolean }[] = [
  { type: 'veth', plugins: 'bridge and ptp', args: 'add probe0 type veth peer name probe1', isNeeded: true },
  { type: 'bridge', plugins: 'bridge', args: 'add probe2 type bridge', isNeeded: true },
  { type: 'macvlan', plugins: 'macvlan', args: 'add probe3 link probe0 type macvlan', isNeeded: false },
  { type: 'ipvlan', plugins: 'ipvlan', args: 'add probe4 link probe0 type ipvlan', isNeeded: false },
  { type: 'vlan', plugins: 'vlan', args: 'add probe5 link probe0 type vlan id 5', isNeeded: false },
  { type: 'dummy', plugins: 'dummy', args: 'add probe6 type dummy', isNeeded: false },
  { type: 'vrf', plugins: 'vrf', args: 'add probe7 type vrf table 5', isNeeded: false },
  { type: 'ifb', plugins: 'bandwidth', args: 'add probe8 type ifb', isNeeded: false },
];

/** Tries each kind of interface in a temporary namespace. */
export async function checkKernel(signal: AbortSignal): Promise<Finding[]> {
  let netns: Netns;
  try {
    netns = await createNetns({ signal });
  } catch (error) {
    const todo = 'a kernel with CONFIG_NET_NS and permission to mount are needed';
    return [wrong('namespaces', `cannot be created: ${asError(error).message}`, todo)];
  }
  try {
    const found = [ok('namespaces', 'can be created and kept')];
    for (const device of devices) found.push(await tryDevice(netns, device, signal));
    return found;
  } finally {
    await netns.remove();
  }
}

async function tryDevice(
  netns: Netns,
  { type, plugins, args, isNeeded }: (typeof devices)[number],
  signal: AbortSignal,
): Promise<Finding> {
  const outcome = await netns
    .exec('ip', ['link', ...args.split(' ')], { signal, timeoutMs: 10_000 })
    .catch((error: unknown) => ({ exitCode: null, stderr: asError(error).message }));
  if (outcome.exitCode === 0) return ok(type, `works, for ${plugins}`);
  const message = `does not work, so ${plugins} will not: ${outcome.stderr.trim().split('\n').at(-1)}`;
  const todo = `modprobe ${type === 'vlan' ? '8021q' : type}, or use a kernel that has it`;
  return isNeeded ? wrong(type, message, todo) : note(type, message, todo);
}
