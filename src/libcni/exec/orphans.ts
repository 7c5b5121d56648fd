import { readdirSync, readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveWay } from '../../files/give-way.js';
import type { Operation } from '../operation.js';
import type { RuntimeConf } from '../runtime-conf.js';

const PAUSE_MS = 10;
/** A program that has run longer was not awaited by a plugin, but started to stay. */
const DELEGATE_MS = 10_000;
/** A plugin itself may take as long as this. */
const PLUGIN_MS = 50_000;
/** The kernel reports times in hundredths of a second, whatever its own clock. */
const TICK_MS = 10;

/** What the kernel says about a process. */
interface ProcessStat {
  readonly pid: number;
  readonly session: number;
  /** Milliseconds since boot. */
  readonly startMs: number;
}

/** Whose programs to look for. */
export interface OrphanSearch extends Pick<RuntimeConf, 'containerId' | 'ifName'> {
  /**
   * The types of plugins that may still be running, if the native helper did not start them.
   * @default none: they have ended
   */
  readonly pluginTypes?: readonly string[] | undefined;
}

/**
 * Waits for the programs that the plugins of a dead native helper had started for an attachment. Plugins die with their
 * helper, but the programs that they run, such as host-local or iptables, go on for a moment. Anything that these create
 * after DEL would stay forever. The same holds for plugins started without a helper that outlive their process.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` if the operation may not wait any longer.
 */
export async function untilOrphansEnd(search: OrphanSearch, operation: Operation): Promise<void> {
  while (await hasOrphans(search)) {
    operation.next();
    await sleep(PAUSE_MS);
  }
}

/** Orphans are in the session of a helper that has ended; delegates inherit the environment of their plugins. */
async function hasOrphans(search: OrphanSearch): Promise<boolean> {
  const running = await runningProcesses();
  const pids = new Set(running.map(({ pid }) => pid));
  const nowMs = uptimeMs();
  return running.some(({ pid, session, startMs }) => {
    const ageMs = nowMs - startMs;
    // A session that started outside of this pid namespace has no number here.
    if (session !== 0 && !pids.has(session)) return ageMs < DELEGATE_MS && isWorkingFor(pid, search);
    return session === pid && ageMs < PLUGIN_MS && isPlugin(pid, search) && isWorkingFor(pid, search);
  });
}

/** Other programs lead sessions too, such as daemons. A script's name comes after its interpreter. */
function isPlugin(pid: number, { pluginTypes = [] }: OrphanSearch): boolean {
  const [program = '', script = ''] = read(`/proc/${pid}/cmdline`).split('\0');
  return pluginTypes.some((type) => type === basename(program) || type === basename(script));
}

function isWorkingFor(pid: number, { containerId, ifName }: OrphanSearch): boolean {
  const environment = read(`/proc/${pid}/environ`).split('\0');
  return [`CNI_CONTAINERID=${containerId}`, `CNI_IFNAME=${ifName}`].every((one) => environment.includes(one));
}

/** Zombies are left out. */
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

/** The fields from the state on. Before it is the program's name in brackets, which may hold anything. */
function fieldsOf(pid: string): string[] {
  const stat = read(`/proc/${pid}/stat`);
  return stat === '' ? [] : stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function uptimeMs(): number {
  return Number(read('/proc/uptime').split(' ')[0]) * 1000;
}

/** The process may have ended meanwhile, or belong to another user. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
