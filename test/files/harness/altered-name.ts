import { temporaryName } from '../../../src/files/temporary-name.js';

/** The name of a temporary file that this process would have made, had it this start, or this pid. */
export function alteredName({ start, pid }: { readonly start?: number; readonly pid?: number }): string {
  const [tmp, namespace, ownPid, ownStart, ...rest] = temporaryName().slice(1).split('-');
  return `.${[tmp, namespace, pid ?? ownPid, start ?? ownStart, ...rest].join('-')}`;
}

/** The name of a temporary file whose writer has ended: this process has another start. */
export function abandonedName(): string {
  return alteredName({ start: 1 });
}
