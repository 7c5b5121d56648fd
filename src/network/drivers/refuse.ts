import { LibcniError } from '../../errors/libcni-error.js';

/** @throws LibcniError `ERR_CONF_INVALID` for an argument that the driver does not use. */
export function refuseGiven(driver: string, given: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    const summary = `driver ${driver} does not support ${argument}: leave it out`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: `$.${argument}`, value });
  }
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function refuseUnknownMode(driver: string, mode: string | undefined, modes: readonly string[]): void {
  if (mode === undefined || modes.includes(mode)) return;
  const summary = `driver ${driver} has no mode ${mode}: use one of ${modes.join(', ')}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.mode', value: mode });
}

/** @throws LibcniError `ERR_CONF_INVALID`, `ERR_NOT_FOUND` for a missing parent. */
export function requireParent(
  driver: string,
  parent: string | undefined,
  interfaces: ReadonlySet<string>,
): void {
  const found = [...interfaces].filter((name) => name !== 'lo').join(', ') || 'none but lo';
  if (parent === undefined) {
    const summary = `driver ${driver} needs a parent, an interface of the host (there are: ${found})`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.parent' });
  }
  if (interfaces.has(parent)) return;
  const summary = `the host has no interface ${parent} (there are: ${found})`;
  throw new LibcniError('ERR_NOT_FOUND', summary, { jsonPath: '$.parent', value: parent });
}

/** A number from a configuration of any origin. */
export function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** A name from a configuration of any origin. */
export function named(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
