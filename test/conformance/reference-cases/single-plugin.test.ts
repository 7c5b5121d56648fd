import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CNIConfig, confFromBytes, type RuntimeConf } from '../../../src/index.js';
import { ScriptedExec } from '../harness/scripted-exec.js';

const given = {
  cniVersion: '1.1.0',
  name: 'net',
  type: 'one',
  own: 'kept',
  capabilities: { portMappings: true },
};
const conf = confFromBytes(JSON.stringify(given));
const attachment = { containerId: 'c1', netns: '/run/netns/x', ifName: 'eth7' };
const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
const rt: RuntimeConf = {
  ...attachment,
  args: [
    ['KEY1', 'VALUE1'],
    ['KEY2', 'VALUE2'],
  ],
  capabilityArgs,
};
const result = { cniVersion: '1.1.0', ips: [{ address: '10.1.2.3/24' }] };

let cacheDir = '';
let exec: ScriptedExec;
let cni: CNIConfig;

beforeEach(async () => {
  cacheDir = await mkdtemp(join(tmpdir(), 'reference-'));
  exec = new ScriptedExec({ ADD: JSON.stringify(result) });
  cni = new CNIConfig({ path: ['/plugins'], cacheDir, exec });
});

afterEach(async () => {
  await cni[Symbol.asyncDispose]();
  await rm(cacheDir, { recursive: true });
});

/** The file of a library from before cache entries, with a result and nothing else. */
async function writeResultAlone(): Promise<void> {
  await mkdir(join(cacheDir, 'results'));
  await writeFile(join(cacheDir, 'results', 'net-c1-eth7'), JSON.stringify(result));
}

/** The CNI variables of each run, and what it read. */
function runs() {
  return exec.runs.map(({ env, stdin }) => {
    const variables = Object.entries(env).filter(([name]) => name.startsWith('CNI_'));
    return { env: Object.fromEntries(variables), stdin };
  });
}

function environmentOf(verb: string) {
  return {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: 'c1',
    CNI_NETNS: '/run/netns/x',
    CNI_IFNAME: 'eth7',
    CNI_ARGS: 'KEY1=VALUE1;KEY2=VALUE2',
    CNI_PATH: '/plugins',
  };
}

const completed = { ...given, runtimeConfig: capabilityArgs };

test('ADD of a single plugin gives it the whole attachment, and records that with the result', async () => {
  expect(await cni.addNetwork(conf, rt)).toEqual(result);
  expect(runs()).toEqual([{ env: environmentOf('ADD'), stdin: completed }]);
  expect(await cni.getNetworkCachedResult(conf, attachment)).toEqual(result);
  expect(await cni.getNetworkCachedConfig(conf, attachment)).toEqual({ config: conf.bytes, rt });
  const recorded = { ...attachment, network: 'net', config: conf.bytes, cniArgs: rt.args, capabilityArgs };
  expect(await cni.getCachedAttachments()).toEqual([recorded]);
  expect(await cni.getCachedAttachments('c1')).toEqual([recorded]);
});

test('CHECK of a single plugin gives it the whole attachment and the result of ADD', async () => {
  await writeResultAlone();
  await cni.checkNetwork(conf, rt);
  expect(runs()).toEqual([{ env: environmentOf('CHECK'), stdin: { ...completed, prevResult: result } }]);
});

test('DEL of a single plugin gives it the whole attachment and the result of ADD, and forgets both', async () => {
  await writeResultAlone();
  await cni.delNetwork(conf, rt);
  expect(runs()).toEqual([{ env: environmentOf('DEL'), stdin: { ...completed, prevResult: result } }]);
  expect(await cni.getNetworkCachedResult(conf, rt)).toBeUndefined();
  expect(await cni.getNetworkCachedConfig(conf, rt)).toBeUndefined();
  expect(await cni.getCachedAttachments()).toEqual([]);
  expect(await cni.getCachedAttachments('c1')).toEqual([]);
});
