import { mkdir, symlink } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { expect } from 'vitest';
import { z } from 'zod';
import { CNIConfig, HelperExec, type NetworkConfigList, type RuntimeConf } from '../../../src/index.js';
import { pluginFailure } from './failure.js';
import type { Lab } from './lab.js';
import { containerRules } from './packet-rules.js';
import { run } from './run.js';

const portMappingsSchema = z.array(
  z.looseObject({ hostPort: z.number(), containerPort: z.number(), protocol: z.string() }),
);

/**
 * What portmap before CNI 1.1.0 reports for a healthy pod: after it has found the rules for IPv4, it looks for the same
 * rules in the tables for IPv6.
 */
const familyMismatch = /^could not check ipv6 dnat: (chain|rule) .* not found in (iptables )?table nat$/s;

/**
 * CHECK for a pod with an IPv4 address and mapped ports. If portmap confuses the families, expects that error, with all
 * rules in place; the plugins before portmap have passed by then.
 */
export async function checkMapped(lab: Lab, list: NetworkConfigList, rt: RuntimeConf): Promise<void> {
  if (await speaksLatest(lab)) return await lab.cni.checkNetworkList(list, rt);
  const error = await pluginFailure(lab.cni.checkNetworkList(list, rt));
  expect(error).toMatchObject({ plugin: 'portmap', msg: expect.stringMatching(familyMismatch) });
  await expectRules(rt);
}

/**
 * CHECK for a pod with only an IPv4 address, by every plugin of the list. portmap does not find `ip6tables`, so it cannot
 * confuse the families.
 */
export async function checkMappedIpv4(lab: Lab, list: NetworkConfigList, rt: RuntimeConf): Promise<void> {
  const folder = join(lab.folder, 'only-iptables');
  if (await mkdir(folder, { recursive: true })) {
    await symlink((await run('sh', '-c', 'command -v iptables')).trim(), join(folder, 'iptables'));
  }
  const { path, cacheDir } = lab;
  const cni = new CNIConfig({ path, cacheDir, exec: new PortmapSearching(folder) });
  await cni.checkNetworkList(list, rt);
}

/** Runs portmap with another `PATH` than the other plugins. */
class PortmapSearching extends HelperExec {
  readonly #folder: string;

  constructor(folder: string) {
    super();
    this.#folder = folder;
  }

  override execPlugin(...[path, stdin, env, options]: Parameters<HelperExec['execPlugin']>): Promise<string> {
    const searching = basename(path) === 'portmap' ? { ...env, PATH: this.#folder } : env;
    return super.execPlugin(path, stdin, searching, options);
  }
}

async function expectRules({ capabilityArgs }: RuntimeConf): Promise<void> {
  const rules = await containerRules();
  for (const mapping of portMappingsSchema.parse(capabilityArgs?.portMappings)) {
    const { hostPort, containerPort, protocol } = mapping;
    const target = `--dport ${hostPort} -j DNAT --to-destination [0-9.]+:${containerPort}`;
    const rule = new RegExp(`^ip nat -A CNI-DN-\\S+ .*-p ${protocol} .*${target}$`);
    expect(rules).toContainEqual(expect.stringMatching(rule));
  }
}

async function speaksLatest(lab: Lab): Promise<boolean> {
  return (await lab.cni.getVersionInfo('portmap')).supportedVersions.includes('1.1.0');
}
