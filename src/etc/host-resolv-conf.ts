import { readFile } from 'node:fs/promises';
import { isIP } from 'node:net';
import { hasCode } from '../errors/system-error.js';
import { parseResolvConf, type ResolvConf, resolvConfWarnings } from './resolv-conf-text.js';

/** Where the configuration of the host's resolver is read. */
export interface HostResolvConfOptions {
  /** @default `/etc/resolv.conf` */
  readonly file?: string | undefined;
  /**
   * Read in its place where a resolver on the loopback interface is the only nameserver: the files that
   * systemd-resolved and NetworkManager write the real ones to. The first that has any counts.
   * @default those of systemd-resolved and NetworkManager
   */
  readonly behindStub?: readonly string[] | undefined;
  /**
   * The nameservers where the host has none that a container can reach.
   * @default Google's public ones, as docker and podman have it
   */
  readonly fallback?: readonly string[] | undefined;
}

/** The configuration for a container, with what had to be changed of the host's. */
export interface HostResolvConf {
  readonly conf: ResolvConf;
  readonly warnings: readonly string[];
}

const BEHIND_STUB = ['/run/systemd/resolve/resolv.conf', '/run/NetworkManager/no-stub-resolv.conf'];
const PUBLIC = ['8.8.8.8', '8.8.4.4'];

/**
 * How the resolver of a container is configured where nothing else is asked for: as that of the host, without
 * nameservers on the loopback interface, which is another one in the container.
 *
 * @throws Error of the system where a file is there and cannot be read
 */
export async function hostResolvConf({
  file = '/etc/resolv.conf',
  behindStub = BEHIND_STUB,
  fallback = PUBLIC,
}: HostResolvConfOptions = {}): Promise<HostResolvConf> {
  const own = await readConf(file);
  const reachable = own.nameservers.filter(isReachable);
  const behind = own.nameservers.length > 0 && reachable.length === 0 ? await firstOf(behindStub) : undefined;
  const nameservers = behind ?? reachable;
  const conf = { ...own, nameservers: nameservers.length > 0 ? nameservers : fallback };
  const warnings = nameservers.length > 0 ? [] : [withoutNameserver(file, fallback)];
  return { conf, warnings: [...warnings, ...resolvConfWarnings(conf)] };
}

function withoutNameserver(file: string, fallback: readonly string[]): string {
  return `${file} has no nameserver that a container can reach; it gets ${fallback.join(' and ') || 'none'}`;
}

async function firstOf(files: readonly string[]): Promise<readonly string[] | undefined> {
  for (const file of files) {
    const found = (await readConf(file)).nameservers.filter(isReachable);
    if (found.length > 0) return found;
  }
  return undefined;
}

function isReachable(address: string): boolean {
  return isIP(address) > 0 && !/^(?:127\.|::1$|::1%|::ffff:127\.|0\.0\.0\.0$|::$)/i.test(address);
}

async function readConf(file: string): Promise<ResolvConf> {
  try {
    return parseResolvConf(await readFile(file, 'utf8'));
  } catch (error) {
    if (!hasCode(error, 'ENOENT', 'ENOTDIR')) throw error;
    return { nameservers: [], searches: [], options: [] };
  }
}
