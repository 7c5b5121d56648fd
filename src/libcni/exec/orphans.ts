import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { giveWay } from '../../files/give-way.js';
import type { Operation } from '../operation.js';
import type { RuntimeConf } from '../runtime-conf.js';

const PAUSE_MS = 10;
/** What has run longer is not what a plugin waited for, but something that it started to stay. */
const DELEGATE_MS = 10_000;
/** The kernel tells times in hundredths of a second, whatever its own clock. */
const TICK_MS = 10;

/** What the kernel says of a process. */
interface ProcessStat {
  readonly pid: number;
  readonly session: number;
  /** Milliseconds after the machine was started. */
  readonly startMs: number;
}

/**
 * Waits for what the plugins of a native helper that died had started for an attachment. Plugins die with their
 * helper, but not what they run in their turn, such as host-local or iptables: that goes on for a moment, and what it
 * makes after DEL has taken everything away would stay for ever.
 *
 * @throws LibcniError `ERR_ABORTED`, `ERR_TIMEOUT` where the operation may not wait any longer.
 */
export async function untilOrphansEnd(
  rt: Pick<RuntimeConf, 'containerId' | 'ifName'>,
  operation: Operation,
): Promise<void> {
  while (await hasOrphans(rt)) {
    operation.next();
    await sleep(PAUSE_MS);
  }
}

/** Orphans are in the session of a helper that is gone; delegates inherit the environment of their plugins. */
async function hasOrphans(rt: Pick<RuntimeConf, 'containerId' | 'ifName'>): Promise<boolean> {
  const running = await runningProcesses();
  const pids = new Set(running.map(({ pid }) => pid));
  const bornAfterMs = uptimeMs() - DELEGATE_MS;
  const young = running.filter(({ startMs }) => startMs > bornAfterMs);
  // A session that began outside of this pid namespace has no number here.
  return young.some(({ pid, session }) => session !== 0 && !pids.has(session) && isWorkingFor(pid, rt));
}

function isWorkingFor(
  pid: number,
  { containerId, ifName }: Pick<RuntimeConf, 'containerId' | 'ifName'>,
): boolean {
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
