import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { CNIOperator, createNetns } from '../../dist/index.js';

const firstPlugin = { type: 'bridge', bridge: 'fault0', isGateway: true };
/** How long the kernel may take to remove what was in a namespace. */
const REMOVAL_MS = 5000;
const tables = ['iptables-save', 'ip6tables-save'];

/** A network of real plugins, and an inventory of what they made. */
export class Lab {
  /**
   * @param {string} binDir
   * @param {{ root?: string, ipMasq?: boolean, ports?: boolean }} [options]
   */
  constructor(
    binDir,
    { root = mkdtempSync(join(tmpdir(), 'libcni-faults-')), ipMasq = true, ports = true } = {},
  ) {
    this.root = root;
    /** Makes the same lab in another process. */
    this.settings = [binDir, { root, ipMasq, ports }];
    this.cacheDir = join(root, 'cache');
    const dataDir = join(this.root, 'data');
    const ipam = { type: 'host-local', subnet: '10.119.0.0/24', dataDir };
    const plugins = [
      { ...firstPlugin, ipMasq, ipam },
      ...(ports ? [{ type: 'portmap', capabilities: { portMappings: true } }] : []),
    ];
    this.options = { confDir: join(this.root, 'net.d'), binDirs: [binDir], cacheDir: this.cacheDir };
    mkdirSync(this.options.confDir, { recursive: true });
    const list = { cniVersion: '1.0.0', name: 'faults', plugins };
    writeFileSync(join(this.options.confDir, 'faults.conflist'), JSON.stringify(list));
  }

  async operator() {
    return await CNIOperator.create(this.options);
  }

  async withOperator(use) {
    const operator = await this.operator();
    try {
      return await use(operator);
    } finally {
      await operator[Symbol.asyncDispose]();
    }
  }

  /** A pod with its own host port and namespace. */
  async pod(id, hostPort = 8080) {
    const folder = join(this.root, id);
    mkdirSync(folder, { recursive: true });
    const netns = await createNetns({ path: join(folder, 'netns') });
    return this.podOf(this.request(id, netns.path, hostPort), () => netns.remove());
  }

  /** A pod whose namespace was made in another way. */
  podOf(request, remove) {
    return { id: request.id, netns: request.netns, request, remove };
  }

  /** The request to attach a pod with its own host port. */
  request(id, netns, hostPort = 8080) {
    const capabilityArgs = { portMappings: [{ hostPort, containerPort: 80, protocol: 'tcp' }] };
    return { id, netns, capabilityArgs };
  }

  /** One line for each interface, rule and file, including the bridge and what plugins keep for all pods. */
  stock() {
    const links = print('ip', ['-o', 'link']).map((line) => `interface ${line.split(/[:@]/)[1].trim()}`);
    const rules = tables.flatMap((table) =>
      print(table, []).filter((line) => line.startsWith('-A') || line.startsWith(':CNI')),
    );
    const files = [this.cacheDir, join(this.root, 'data')].flatMap(filesUnder);
    return [...links, ...rules.map((rule) => rule.replace(/\[\d+:\d+\]/, '')), ...files].sort();
  }

  /** Interfaces, rules and leases only: state files that were in the way are kept on purpose. */
  rules() {
    return this.stock().filter((line) => !line.startsWith(`file ${this.cacheDir}`));
  }

  /** Which of them are new since `before`, once the kernel has had time to remove them. */
  async rulesLeft(before) {
    return await untilNone(() => more(before, this.rules()));
  }

  /** What is new since `before`, once the kernel has had time to remove it. */
  async left(before) {
    return await untilNone(() => more(before, this.stock()));
  }

  /** Also unmounts the namespaces that an interrupted row has left. */
  remove() {
    for (const mount of readFileSync('/proc/self/mounts', 'utf8').split('\n').reverse()) {
      const point = mount.split(' ')[1] ?? '';
      if (point.startsWith(`${this.root}/`)) spawnSync('umount', [point]);
    }
    rmSync(this.root, { recursive: true, force: true });
  }
}

async function untilNone(find) {
  const end = performance.now() + REMOVAL_MS;
  for (;;) {
    const left = find();
    if (left.length === 0 || performance.now() > end) return left;
    await sleep(50);
  }
}

/** The lines that `after` has more often than `before`. */
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
  if (!existsSync(folder)) return [];
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
