import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CNIOperator, createNetns } from '../../dist/index.js';

const firstPlugin = { type: 'bridge', bridge: 'fault0', isGateway: true, ipMasq: true };
const tables = ['iptables-save', 'ip6tables-save'];

/** A network of real plugins, and what is there of it. */
export class Lab {
  root = mkdtempSync(join(tmpdir(), 'libcni-faults-'));
  cacheDir = join(this.root, 'cache');

  /** @param {string} binDir */
  constructor(binDir) {
    const dataDir = join(this.root, 'data');
    const ipam = { type: 'host-local', subnet: '10.119.0.0/24', dataDir };
    const plugins = [
      { ...firstPlugin, ipam },
      { type: 'portmap', capabilities: { portMappings: true } },
    ];
    this.options = { confDir: join(this.root, 'net.d'), binDirs: [binDir], cacheDir: this.cacheDir };
    mkdirSync(this.options.confDir);
    const list = { cniVersion: '1.0.0', name: 'faults', plugins };
    writeFileSync(join(this.options.confDir, 'faults.conflist'), JSON.stringify(list));
  }

  async operator() {
    return await CNIOperator.create(this.options);
  }

  /** A pod with a host port of its own, in a namespace of its own. */
  async pod(id, hostPort = 8080) {
    const netns = await createNetns({ path: join(this.root, id) });
    const capabilityArgs = { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp' }] };
    return { id, netns: netns.path, capabilityArgs, remove: () => netns.remove() };
  }

  /** One line for each interface, rule and file. The bridge and what plugins keep for all pods stay. */
  stock() {
    const links = print('ip', ['-o', 'link']).map((line) => `interface ${line.split(/[:@]/)[1].trim()}`);
    const rules = tables.flatMap((table) =>
      print(table, []).filter((line) => line.startsWith('-A') || line.startsWith(':CNI')),
    );
    const files = [this.cacheDir, join(this.root, 'data')].flatMap(filesUnder);
    return [...links, ...rules.map((rule) => rule.replace(/\[\d+:\d+\]/, '')), ...files].sort();
  }

  remove() {
    rmSync(this.root, { recursive: true, force: true });
  }
}

/** What `after` has more often than `before`. */
export function more(before, after) {
  const left = [...before];
  return after.filter((line) => {
    const at = left.indexOf(line);
    if (at >= 0) left.splice(at, 1);
    return at < 0;
  });
}

function print(file, args) {
  const { stdout } = spawnSync(file, args, { encoding: 'utf8' });
  return (stdout ?? '').split('\n').filter(Boolean);
}

function filesUnder(folder) {
  const names = readdirSync(folder, { withFileTypes: true, recursive: true, encoding: 'utf8' });
  return names
    .filter((entry) => !entry.isDirectory() && !/^(lock|last_reserved_ip.*)$/.test(entry.name))
    .map(describe);
}

function describe(entry) {
  const file = join(entry.parentPath, entry.name);
  const text = entry.isFile() && file.includes('/data/') ? readFileSync(file, 'utf8').trim() : '';
  return `file ${file} ${text}`;
}
