import { isIP } from 'node:net';
import * as z from 'zod';
import { keys, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseOptions } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { hasCode } from '../errors/system-error.js';
import { readEtcFile } from './read-etc-file.js';
import { parseResolvConf, type ResolvConf, resolvConfWarnings } from './resolv-conf-text.js';
import { addressField, fileField } from './schemas.js';

/** Where to read the configuration of the host's resolver. */
export interface HostResolvConfOptions {
  /** @default `/etc/resolv.conf` */
  readonly file?: string | undefined;
  /**
   * Files to read instead if the only nameserver is on the loopback interface. systemd-resolved and NetworkManager write
   * the real nameservers there. The first file that has any counts.
   * @default those of systemd-resolved and NetworkManager
   */
  readonly behindStub?: readonly string[] | undefined;
  /**
   * Nameservers to use if the host has none that a container can reach.
   * @default Google's public ones, as in docker and podman
   */
  readonly fallback?: readonly string[] | undefined;
}

/** The configuration for a container, and what differs from the host's. */
export interface HostResolvConf {
  readonly conf: ResolvConf;
  readonly warnings: readonly string[];
}

const BEHIND_STUB = ['/run/systemd/resolve/resolv.conf', '/run/NetworkManager/no-stub-resolv.conf'];
const PUBLIC = ['8.8.8.8', '8.8.4.4'];

const optionsSchema = lazy(
  () =>
    keys({
      file: optional(fileField()),
      behindStub: optional(z.array(fileField())),
      fallback: optional(z.array(addressField())),
    }) satisfies z.ZodType<HostResolvConfOptions>,
);

/**
 * The default configuration of a container's resolver: that of the host, without nameservers on the loopback
 * interface, since the container has its own loopback interface.
 *
 * @throws LibcniError `ERR_PERMISSION`, `ERR_CONF_INVALID`, `ERR_CACHE` if a file exists but cannot be read
 */
export async function hostResolvConf(options?: HostResolvConfOptions): Promise<HostResolvConf> {
  const given = parseOptions(optionsSchema(), options);
  const { file = '/etc/resolv.conf', behindStub = BEHIND_STUB, fallback = PUBLIC } = given;
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
    return parseResolvConf(readEtcFile(file));
  } catch (error) {
    const isMissing = error instanceof LibcniError && hasCode(error.cause, 'ENOENT', 'ENOTDIR');
    if (!isMissing) throw error;
    return { nameservers: [], searches: [], options: [] };
  }
}
