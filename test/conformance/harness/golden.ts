import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { PortMappingArg } from '../../../src/index.js';
import { VERSIONS } from '../generators/domain.js';
import type { Observation } from './observe.js';
import type { Case } from './play.js';
import type { Operation } from './protocol.js';
import { ROOT } from './stage.js';

const GOLDEN_VERBS = ['ADD', 'CHECK', 'DEL', 'GC', 'STATUS', 'VERSION'] as const;

export type GoldenVerb = (typeof GOLDEN_VERBS)[number];

/** Every version of the specification with every verb. */
export const goldenPlaces = VERSIONS.flatMap((version) => GOLDEN_VERBS.map((verb) => ({ version, verb })));

const GOLDEN_PLUGINS = ['bridge', 'tuning'];

const dns = {
  nameservers: ['10.1.0.1'],
  domain: 'example.org',
  search: ['example.org'],
  options: ['ndots:5'],
};
const routes = [{ dst: '0.0.0.0/0', gw: '10.1.0.1' }, { dst: '::/0' }];
const newRoutes = [{ ...routes[0], mtu: 1400, advmss: 1360, priority: 7, table: 0, scope: 253 }, routes[1]];
const interfaces = [
  { name: 'br0', mac: '00:11:22:33:44:55' },
  { name: 'eth0', sandbox: '/run/netns/x' },
];
const ips = [
  { interface: 1, address: '10.1.0.5/16', gateway: '10.1.0.1' },
  { interface: 1, address: '2001:db8::5/64' },
];
const ip4 = { ip: '10.1.0.5/16', gateway: '10.1.0.1', routes: [routes[0]] };
const versioned = ips.map((ip, index) => ({ version: index === 0 ? '4' : '6', ...ip }));
const nics = [
  { ...interfaces[0], mtu: 1500 },
  { ...interfaces[1], socketPath: '/run/s', pciID: '8086:9a01' },
];

/** What the plugins print for ADD. */
export function goldenResult(version: string): string {
  const body = () => {
    if (version < '0.3.0') return { ip4, ip6: { ip: '2001:db8::5/64' }, dns };
    if (version < '1.0.0') return { interfaces, ips: versioned, routes, dns };
    return { interfaces: nics, ips, routes: newRoutes, dns };
  };
  return JSON.stringify({ cniVersion: version, ...body() });
}

export const GOLDEN_VERSION_INFO = JSON.stringify({ cniVersion: '1.1.0', supportedVersions: VERSIONS });

export function goldenConf(cniVersion: string): string {
  const ipam = { type: 'host-local', subnet: '10.1.0.0/16' };
  const [first, second] = GOLDEN_PLUGINS;
  const plugins = [
    { type: first, capabilities: { mac: true, portMappings: false }, ipam, dns },
    { type: second, own: { deep: [1, null, 'é'] } },
  ];
  return JSON.stringify({ cniVersion, name: 'net', plugins });
}

export const GOLDEN_RUNTIME = {
  containerId: 'c1',
  netns: '/run/netns/x',
  ifName: 'eth0',
  args: [
    ['IgnoreUnknown', '1'],
    ['K8S_POD_NAME', 'pod'],
  ] as const,
  // Less than a plugin would accept, but it is passed on.
  capabilityArgs: { mac: '02:00:00:00:00:01', portMappings: [{ hostPort: 80 } as PortMappingArg] },
};

export const GOLDEN_GC = { validAttachments: [{ containerId: 'c2', ifName: 'eth0' }] };

const OPS: Readonly<Record<GoldenVerb, readonly Operation[]>> = {
  ADD: ['add'],
  CHECK: ['add', 'check'],
  DEL: ['add', 'del'],
  GC: ['add', 'gc'],
  STATUS: ['status'],
  VERSION: ['validate'],
};

/** The steps for the oracle; the last one counts. */
export function goldenCase(version: string, verb: GoldenVerb): Case {
  const result = { exitCode: 0, stdout: goldenResult(version), stderr: '' };
  const info = { exitCode: 0, stdout: GOLDEN_VERSION_INFO, stderr: '' };
  const silent = { exitCode: 0, stdout: '', stderr: '' };
  const request = {
    bytes: Buffer.from(goldenConf(version)).toString('base64'),
    rt: GOLDEN_RUNTIME,
    path: [`${ROOT}/bin`],
    cacheDir: `${ROOT}/cache`,
    gc: GOLDEN_GC,
  };
  const quiet = ['CHECK', 'DEL', 'GC', 'STATUS'].map((name) => ({ verb: name, ...silent }));
  return {
    stage: {
      plugins: GOLDEN_PLUGINS,
      answers: [{ verb: 'ADD', ...result }, { verb: 'VERSION', ...info }, ...quiet],
    },
    steps: OPS[verb].map((op) => ({ op, ...request })),
  };
}

export function goldenFile(version: string, verb: string): string {
  return fileURLToPath(new URL(`../golden/${version}/${verb}.json`, import.meta.url));
}

export function readGolden(version: string, verb: string): unknown {
  return JSON.parse(readFileSync(goldenFile(version, verb), 'utf8'));
}

const CNI_VARIABLES = ['COMMAND', 'CONTAINERID', 'NETNS', 'ARGS', 'IFNAME', 'PATH'].map(
  (name) => `CNI_${name}`,
);

/** The content of a golden file: outcome and result, the input of each plugin in order, and the cache afterwards. */
export function goldenView({ answer, runs, files }: Observation): unknown {
  const given = runs.map(({ type, env, stdin }) => {
    const variables = Object.entries(env).filter(([name]) => CNI_VARIABLES.includes(name));
    return { type, env: Object.fromEntries(variables.sort()), stdin };
  });
  return { outcome: answer.outcome, result: answer.value ?? null, runs: given, cache: files };
}
