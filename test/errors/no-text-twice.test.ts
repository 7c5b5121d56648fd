import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  addHosts,
  CNIConfig,
  createResult,
  loadNetworkConf,
  networkConfFromBytes,
  openNetns,
  ProcessExec,
  portMapping,
  removeNetns,
} from '../../src/index.js';
import { listOfTypes, rt } from '../fixtures/plugins/plugin-folder.js';
import { failure, request, useHost } from '../operator/harness/use-host.js';

const host = useHost();

/** Shorter pieces are names, which may be told again with what they are of. */
const LONGEST_NAME = 24;

/** The longest piece that stands twice in a string, without overlap. */
function longestRepeat(text: string): string {
  let longest = '';
  for (let start = 0; start < text.length; start++) {
    for (let end = start + longest.length + 1; text.indexOf(text.slice(start, end), end) >= 0; end++)
      longest = text.slice(start, end);
  }
  return longest;
}

async function messageOf(call: () => unknown): Promise<string> {
  try {
    await call();
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return expect.unreachable('it succeeded');
}

const adding = (type: string, options?: object) =>
  host.plugins.cni().addNetworkList(listOfTypes([type]), rt, options);
const adds = async (answer: object, more: object = {}, options?: object) => {
  await host.plugins.add('failing', { ADD: answer, ...more });
  return await adding('failing', options);
};
const said = JSON.stringify({ code: 100, msg: 'failed to set up the bridge of the pod' });
const folderWith = async (name: string, text: string) => {
  const folder = join(host.plugins.root, 'net.d');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, name), text);
  return folder;
};
const list = (name: string) => JSON.stringify({ cniVersion: '1.0.0', name, plugins: [{ type: 'one' }] });

const FAILURES: Readonly<Record<string, () => unknown>> = {
  'a plugin': () => adds({ stdout: said, exitCode: 1 }),
  'a plugin that says it in its details again': () =>
    adds({ stdout: JSON.stringify({ ...JSON.parse(said), details: JSON.parse(said).msg }), exitCode: 1 }),
  'a plugin that says more in its details': () =>
    adds({
      stdout: JSON.stringify({ ...JSON.parse(said), details: `${JSON.parse(said).msg}: no` }),
      exitCode: 1,
    }),
  'a plugin that writes its error to stderr, too': () => adds({ stdout: said, stderr: said, exitCode: 1 }),
  'a plugin that only writes to stderr': () =>
    adds({ stderr: 'the bridge of the pod is not there', exitCode: 2 }),
  'a plugin that prints no JSON': () => adds({ stdout: 'level=debug the bridge of the pod is there' }),
  'a plugin that prints no JSON and fails': () =>
    adds({
      stdout: 'level=debug the bridge of the pod is there',
      stderr: 'level=debug the bridge of the pod is there',
      exitCode: 1,
    }),
  'a plugin that prints no result': () =>
    adds({ stdout: '{"cniVersion":"1.0.0","ips":[{"address":"nonsense"}]}' }),
  'a plugin that ends by a signal': () => adds({ shell: 'kill -SEGV $$' }),
  'a plugin that is late': () => adds({ shell: 'sleep 5' }, {}, { timeoutMs: 50, rollback: false }),
  'a plugin whose rollback fails as well': () =>
    adds({ stdout: said, exitCode: 1 }, { DEL: { stdout: said, exitCode: 1 } }),
  'a plugin that is not there': () => adding('nowhere'),
  'a plugin without folders': () => new CNIConfig({ path: [] }).addNetworkList(listOfTypes(['one']), rt),
  'a plugin that may not be run': async () => {
    await chmod(await host.plugins.add('closed'), 0o600);
    await adding('closed');
  },
  'a plugin that may not be run, without the helper': async () => {
    await chmod(await host.plugins.add('closed'), 0o600);
    await host.plugins.cni(new ProcessExec()).addNetworkList(listOfTypes(['closed']), rt);
  },
  'a verb that is too old': () =>
    host.plugins
      .cni()
      .checkNetworkList(
        networkConfFromBytes('{"cniVersion":"0.3.1","name":"n","plugins":[{"type":"one"}]}'),
        rt,
      ),
  arguments: () => host.plugins.cni().addNetworkList({} as never, rt),
  'an option': () => adding('one', { timeout: 5 }),
  'an attachment': () =>
    host.plugins.cni().addNetworkList(listOfTypes(['one']), { ...rt, containerId: '../x' }),
  'a network that nobody knows': () => host.operator.attach({ ...request, networks: [{ name: 'nowhere' }] }),
  'a container that is attached': async () => {
    await host.operator.attach(request);
    await host.operator.attach(request);
  },
  'a host port that is taken': async () => {
    const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80 }] };
    await host.operator.attach({ ...request, capabilityArgs });
    await host.operator.attach({ ...request, id: 'c2', capabilityArgs });
  },
  'an attach that cannot be undone': async () => {
    await host.plugins.add('one', { ADD: failure, DEL: failure });
    await host.operator.attach(request);
  },
  'garbage collection': async () => {
    await host.operator.attach(request);
    await host.plugins.add('one', { DEL: failure });
    await host.operator.gc({ valid: [] });
  },
  'a request': () =>
    host.operator.attach({ ...request, capabilityArgs: { portMappings: [{ containerPort: 0 }] } }),
  'an annotation': () =>
    host.operator.attach({ ...request, annotations: { portMappings: '[{"hostPort":1}' } }),
  'a builder': () => portMapping('80:80:80'),
  'a folder without configurations': () => loadNetworkConf(join(host.plugins.root, 'none'), 'web'),
  'a name that is not there': async () =>
    loadNetworkConf(await folderWith('web.conflist', list('web')), 'wbe'),
  'a list in a file of one plugin': async () =>
    loadNetworkConf(await folderWith('web.conf', list('web')), 'web'),
  'a configuration that is cut short': async () =>
    loadNetworkConf(await folderWith('web.conflist', list('web').slice(0, 40)), 'web'),
  'a result': () => createResult('{"cniVersion":"1.0.0","ips":{}}'),
  'a namespace that is not there': () => openNetns(join(host.plugins.root, 'no-namespace')),
  'a namespace that is a file': async () => {
    await writeFile(join(host.plugins.root, 'file'), 'x');
    await removeNetns(join(host.plugins.root, 'file'));
  },
  'a hosts file': () => addHosts('/proc/nowhere/hosts', [{ address: '10.0.0.1', names: ['a'] }]),
};

describe('no text is twice in the message for', () => {
  it.each(Object.entries(FAILURES))('%s', async (_, call) => {
    const message = await messageOf(call);
    expect(message).not.toBe('');
    expect(longestRepeat(message).length, message).toBeLessThanOrEqual(LONGEST_NAME);
  });
});
