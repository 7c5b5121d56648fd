import { temporaryName } from '../../../src/files/temporary-name.js';

/** The name of a temporary file of this process, if it had this start time or this pid. */
export function alteredName({ start, pid }: { readonly start?: number; readonly pid?: number }): string {
  const [tmp, namespace, ownPid, ownStart, ...rest] = temporaryName().slice(1).split('-');
  return `.${[tmp, namespace, pid ?? ownPid, start ?? ownStart, ...rest].join('-')}`;
}

/** The name of a temporary file whose writer has ended, since this process has another start time. */
export function abandonedName(): string {
  return alteredName({ start: 1 });
}
