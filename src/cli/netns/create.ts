import { type CreateNetnsOptions, createNetns, type Netns, pinNetns } from '../../netns/index.js';
import { checkNetnsName } from '../../netns/netns-name.js';
import { endSignal } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { printLine } from '../output/table.js';
import { parseWords, UsageError } from '../usage-error.js';
import type { NetnsCommandOptions } from './options.js';

/** Creates a namespace. */
export async function create(name: string | undefined, options: NetnsCommandOptions): Promise<void> {
  const netns = await createNetns(placeOf(name, options));
  try {
    await netns.loopbackUp({ signal: endSignal() });
  } catch (error) {
    await netns.remove();
    throw error;
  }
  say(netns, options);
}

/** Pins the namespace of a process with a file. */
export async function pin(
  { pid, name }: { readonly pid: number; readonly name: string | undefined },
  options: NetnsCommandOptions,
): Promise<void> {
  say(await pinNetns(pid, placeOf(name, options)), options);
}

function placeOf(name: string | undefined, { dir, path }: NetnsCommandOptions): CreateNetnsOptions {
  if (path !== undefined && (name ?? dir) !== undefined)
    throw new UsageError('--path must not be given together with a name or --dir');
  if (name !== undefined) parseWords(() => checkNetnsName(name));
  return { name, dir, path, signal: endSignal() };
}

function say({ path, inode }: Netns, { json }: NetnsCommandOptions): void {
  if (json) printJson({ path, inode });
  else printLine(path);
}
