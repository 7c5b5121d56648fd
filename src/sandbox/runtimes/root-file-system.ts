import { lstatSync, type Stats, statSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { OciSpec } from './oci-spec.js';

/**
 * Refuses a root file system that is not a folder.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function refuseNoFolder(rootfs: string): void {
  const fault = faultOf(rootfs);
  if (fault === undefined) return;
  const summary = `the root file system ${rootfs} ${fault}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { value: rootfs, jsonPath: '$.rootfs' });
}

const partsSchema = lazy(() =>
  z.looseObject({
    root: z.looseObject({ path: z.string() }),
    process: z.looseObject({ args: z.tuple([z.string()], z.string()) }),
  }),
);

/** What to do about a root file system without the program of the sandbox; an empty string if it has it. */
export function hintOfProgram(spec: OciSpec): string {
  const parts = partsSchema().safeParse(spec);
  if (!parts.success) return '';
  const { root, process } = parts.data;
  const [program] = process.args;
  // A link counts: where it leads is for the runtime to say.
  if (!isAbsolute(program) || lookUp(lstatSync, join(root.path, program)) !== undefined) return '';
  const remedy = `set args to a program that it has, such as ['/bin/sleep', 'infinity'], or name that after -- of the command`;
  return `the root file system ${root.path} has no ${program}: ${remedy}`;
}

function faultOf(rootfs: string): string | undefined {
  const status = lookUp(statSync, rootfs);
  if (status === undefined) return 'does not exist';
  return status.isDirectory() ? undefined : 'is not a folder';
}

function lookUp(look: (path: string) => Stats, path: string): Stats | undefined {
  try {
    return look(path);
  } catch {
    return undefined;
  }
}
