import { lstat, readlink, rmdir, symlink, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { hasCode } from '../../errors/system-error.js';
import { ensureFolder } from '../../files/folders.js';
import type { LiveSandbox } from '../live-sandbox.js';
import type { Step } from './step.js';

/** The log folder of the pod, with a link to the output of the sandbox's own process. */
export const logs: Step = {
  applies: ({ record }) => Boolean(record.config.logDirectory),
  async perform(sandbox) {
    const { logDirectory = '' } = sandbox.record.config;
    await sandbox.change({ logFolders: await missingFolders(logDirectory) });
    await ensureFolder(logDirectory, 0o755);
    const { context, id } = sandbox;
    await symlink(context.store.logFile(id), linkOf(sandbox)).catch((error: unknown) => {
      // The link is optional: the log is in the sandbox's folder in any case.
      if (!hasCode(error, 'EEXIST')) throw error;
    });
  },
  async undo(sandbox) {
    const { context, id, record } = sandbox;
    const link = linkOf(sandbox);
    const target = await readlink(link).catch(() => undefined);
    if (target === context.store.logFile(id)) await unlink(link);
    for (const folder of record.logFolders.toReversed()) await removeIfEmpty(folder);
  },
};

function linkOf({ record: { config } }: LiveSandbox): string {
  return join(config.logDirectory ?? '', `sandbox_${config.metadata.attempt ?? 0}.log`);
}

/** The missing folders up to this one, the topmost first. */
async function missingFolders(folder: string): Promise<string[]> {
  if ((await lstat(folder).catch(() => undefined)) !== undefined) return [];
  return [...(await missingFolders(dirname(folder))), folder];
}

/** It stays if others have put something into it. */
async function removeIfEmpty(folder: string): Promise<void> {
  await rmdir(folder).catch((error: unknown) => {
    if (!hasCode(error, 'ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR')) throw error;
  });
}
