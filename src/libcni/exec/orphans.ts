import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveWay } from '../../files/give-way.js';
import type { Operation } from '../operation.js';
import type { RuntimeConf } from '../runtime-conf.js';

const PAUSE_MS = 10;
/** What has run longer is not what a plugin waited for, but something that it started to stay. */
const DELEGATE_MS = 10_000;
/** A plugin itself may take as long as this. */
const PLUGIN_MS = 50_000;
/** The kernel tells times in hundredths of a second, whatever its own clock. */
const TICK_MS = 10;

/** What the kernel says of a process. */
interface ProcessStat {
  readonly pid: number;
  readonly session: number;
  /** Milliseconds after the machine was started. */
  readonly startMs: number;
}

/** Whose programs are looked for. */
export interface OrphanSearch extends Pick<RuntimeConf, 'containerId' | 'ifName'> {
  /**
   * The types of the plugins that may still run themselves, where their process was not the native helper's.
   * @default none: they have ended
   */
  readonly pluginTypes?: readonly string[] | undefined;
}

/**
 * Waits for what the plugins of a native helper that died had started for an attachment. Plugins die with their
 * helper, but not what they run in their turn, such as host-local or iptables: that goes on for a moment, and what it
 * makes after DEL has taken everything away would stay for ever. So would what plugins make that were started without
 * a helper, and outlive the process that did so.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` where the operation may not wait any longer.
 */
export async function untilOrphansEnd(search: OrphanSearch, operation: Operation): Promise<void> {
  while (await hasOrphans(search)) {
    operation.next();
    await sleep(PAUSE_MS);
  }
}

/** Orphans are in the session of a helper that is gone; delegates inherit the environment of their plugins. */
async function hasOrphans(search: OrphanSearch): Promise<boolean> {
  const running = await runningProcesses();
  const pids = new Set(running.map(({ pid }) => pid));
  const nowMs = uptimeMs();
  return running.some(({ pid, session, startMs }) => {
    const ageMs = nowMs - startMs;
    // A session that began outside of this pid namespace has no number here.
    if (session !== 0 && !pids.has(session)) return ageMs < DELEGATE_MS && isWorkingFor(pid, search);
    return session === pid && ageMs < PLUGIN_MS && isPlugin(pid, search) && isWorkingFor(pid, search);
  });
}

/** Not everything is that leads a session: daemons do so as well. A script comes after its interpreter. */
function isPlugin(pid: number, { pluginTypes = [] }: OrphanSearch): boolean {
  const [program = '', script = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  return pluginTypes.some((type) => type === basename(program) || type === basename(script));
}

function isWorkingFor(pid: number, { containerId, ifName }: OrphanSearch): boolean {
  const environment = read(`/proc/${pid}/environ`).split('\0');
  return [`CNI_CONTAINERID=${containerId}`, `CNI_IFNAME=${ifName}`].every((one) => environment.includes(one));
}

/** Those that have ended and that nobody has waited for are left out. */
async function runningProcesses(): Promise<ProcessStat[]> {
  const found: ProcessStat[] = [];
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    await giveWay();
    const [state = 'X', , , session, ...rest] = fieldsOf(name);
    if (state === 'Z' || state === 'X') continue;
    found.push({ pid: Number(name), session: Number(session), startMs: Number(rest[15]) * TICK_MS });
  }
  return found;
}

/** The fields from the state on: the name of the program before it, in brackets, may hold anything. */
function fieldsOf(pid: string): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function uptimeMs(): number {
  return Number(read('/proc/uptime').split(' ')[0]) * 1000;
}

/** A process may have ended meanwhile, or belong to somebody else. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
