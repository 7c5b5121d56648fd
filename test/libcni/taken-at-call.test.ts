import { expect, it } from 'vitest';
import { type CNIConfig, networkConf } from '../../src/index.js';
import { firstResult, rt } from '../fixtures/plugins/plugin-folder.js';
import { usePluginFolder } from '../fixtures/plugins/use-plugin-folder.js';

const plugins = usePluginFolder();

const capabilities = { portMappings: true, ipRanges: true };

/** Arguments that a test may change while the call that got them is running. */
function argumentsOf(count: number) {
  const portMappings = Array.from({ length: count }, (_, index) => ({
    hostPort: 1000 + index,
    containerPort: 1,
    protocol: 'tcp',
  }));
  return {
    list: { ...networkConf({ cniVersion: '1.0.0', name: 'net', plugins: [{ type: 'one', capabilities }] }) },
    attachment: {
      ...rt,
      args: [['K', 'v'] as [string, string]],
      capabilityArgs: { portMappings, ipRanges: [[{ subnet: '10.1.0.0/24' }]] },
    },
    prevResult: JSON.parse(firstResult),
  };
}

type Arguments = ReturnType<typeof argumentsOf>;

/** Makes another request of all of them, as a program does that uses its objects again. */
function change({ list, attachment, prevResult }: Arguments): void {
  for (const mapping of attachment.capabilityArgs.portMappings) mapping.hostPort = 9;
  attachment.capabilityArgs.ipRanges[0]?.push({ subnet: '10.9.0.0/24' });
  Object.assign(attachment.args[0] ?? [], ['K', 'other']);
  Object.assign(attachment, { containerId: 'c9', ifName: 'eth9', netns: '/run/netns/9' });
  Object.assign(list, { name: 'other', plugins: [] });
  prevResult.ips[0].address = '10.9.0.9/24';
}

type Verb = (cni: CNIConfig, given: Arguments) => Promise<unknown>;

const add: Verb = (cni, { list, attachment }) => cni.addNetworkList(list, attachment);
const del: Verb = (cni, { list, attachment, prevResult }) =>
  cni.delNetworkList(list, attachment, { prevResult });
const plan: Verb = (cni, { list, attachment }) => cni.plan('ADD', list, attachment);

/** What the plugins got, and what the cache holds, after a call. */
async function traceOf(verb: Verb, given: Arguments, whileRunning: (given: Arguments) => void) {
  await plugins.folder.add('one', { ADD: { stdout: firstResult } });
  const before = (await plugins.folder.calls()).length;
  const running = verb(plugins.cni, given);
  whileRunning(given);
  const value = await running;
  const calls = (await plugins.folder.calls()).slice(before);
  const seen = calls.map(({ env: { CNI_ARGS, CNI_CONTAINERID, CNI_IFNAME }, stdin }) => [
    CNI_ARGS,
    CNI_CONTAINERID,
    CNI_IFNAME,
    stdin,
  ]);
  return { value, seen, recorded: await plugins.cni.getCachedAttachments() };
}

it.each([
  ['ADD, few arguments', add, 1],
  ['ADD, many arguments', add, 3000],
  ['DEL, few arguments', del, 1],
  ['DEL, many arguments', del, 3000],
  ['a plan, few arguments', plan, 1],
  ['a plan, many arguments', plan, 3000],
])('what a caller changes after the call does not matter: %s', async (_, verb, count) => {
  const expected = await traceOf(verb, argumentsOf(count), () => {});
  for (const { containerId, ifName, netns } of expected.recorded)
    await plugins.cni.delNetworkList(argumentsOf(0).list, { containerId, ifName, netns });
  expect(await traceOf(verb, argumentsOf(count), change)).toEqual(expected);
});

it('an error names what the call was for, although the caller has changed it since', async () => {
  const given = argumentsOf(1);
  await plugins.folder.add('one', { ADD: { exitCode: 1 } });
  const adding = plugins.cni.addNetworkList(given.list, given.attachment);
  change(given);
  await expect(adding).rejects.toMatchObject({ network: 'net', containerId: 'c1', ifName: 'eth0' });
});
