import { randomBytes } from 'node:crypto';
import { lstat, readdir, readlink, symlink, unlink } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { hasCode } from '../errors/system-error.js';
import { makeFolders } from '../files/make-folders.js';
import { fileFailure } from './netns-failure.js';

const namePattern = /-[0-9a-f]{8}$/;
const SUFFIX_LENGTH = 9;

/** A second name for a namespace: a symbolic link in another folder, as cri-o makes one for each pod. */
export interface NetnsLinkOptions {
  /** The folder of the link. */
  readonly dir: string;
  /** What the link's name starts with; a dash and eight random hexadecimal digits follow. */
  readonly pod: string;
}

/** Creates the link and its folder, and returns its absolute path. */
export async function makeLink(target: string, { dir, pod }: NetnsLinkOptions): Promise<string> {
  const link = join(resolve(dir), `${pod}-${randomBytes(4).toString('hex')}`);
  try {
    await makeFolders(dirname(link), 0o755);
    await symlink(target, link);
    return link;
  } catch (error) {
    throw fileFailure('link', link, error);
  }
}

/** An existing link of the pod to `target`, or a new one. */
export async function findOrMakeLink(
  target: string,
  options: NetnsLinkOptions,
): Promise<{ readonly path: string; readonly isNew: boolean }> {
  const dir = resolve(options.dir);
  for (const name of await namesIn(dir)) {
    const path = join(dir, name);
    if (isLinkOf(options.pod, name) && (await readLink(path)) === target) return { path, isNew: false };
  }
  return { path: await makeLink(target, options), isNew: true };
}

async function namesIn(dir: string): Promise<string[]> {
  try {
    return (await readdir(dir)).sort();
  } catch (error) {
    if (isMissing(error)) return [];
    throw fileFailure('read', dir, error);
  }
}

function isLinkOf(pod: string, name: string): boolean {
  return name.startsWith(pod) && namePattern.test(name) && name.length === pod.length + SUFFIX_LENGTH;
}

/** The absolute target of a link; `undefined` if there is no link. */
export async function readLink(path: string): Promise<string | undefined> {
  try {
    if (!(await lstat(path)).isSymbolicLink()) return undefined;
    return resolve(dirname(path), await readlink(path));
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw fileFailure('read', path, error);
  }
}

/** {@link readLink} for a link that {@link makeLink} may have made; others are ignored. */
export async function readOwnLink(path: string): Promise<string | undefined> {
  return isLinkName(basename(path)) ? await readLink(path) : undefined;
}

/** Removes the link if it still leads to `target`. */
export async function removeLink(link: string, target: string): Promise<void> {
  if ((await readLink(link)) !== target) return;
  try {
    await unlink(link);
  } catch (error) {
    if (!isMissing(error)) throw fileFailure('remove', link, error);
  }
}

/** Whether the name of a file could come from {@link makeLink}. */
export function isLinkName(name: string): boolean {
  return namePattern.test(name);
}

function isMissing(error: unknown): boolean {
  return hasCode(error, 'ENOENT', 'ENOTDIR');
}
