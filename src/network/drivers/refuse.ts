import { LibcniError } from '../../errors/libcni-error.js';

/** @throws LibcniError `ERR_CONF_INVALID` for an argument that a kind of network has no use for. */
export function refuseGiven(driver: string, given: Readonly<Record<string, unknown>>): void {
  for (const [argument, value] of Object.entries(given)) {
    if (value === undefined || value === false) continue;
    const summary = `${argument} means nothing to a network of driver ${driver}: leave it out`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: `$.${argument}`, value });
  }
}

/** @throws LibcniError `ERR_CONF_INVALID` */
export function refuseUnknownMode(driver: string, mode: string | undefined, modes: readonly string[]): void {
  if (mode === undefined || modes.includes(mode)) return;
  const summary = `${mode} is no mode of driver ${driver}: it has ${modes.join(', ')}`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.mode', value: mode });
}

/** @throws LibcniError `ERR_CONF_INVALID`, `ERR_NOT_FOUND` for a parent that is missing. */
export function requireParent(
  driver: string,
  parent: string | undefined,
  interfaces: ReadonlySet<string>,
): void {
  const found = [...interfaces].filter((name) => name !== 'lo').join(', ') || 'none but lo';
  if (parent === undefined) {
    const summary = `a network of driver ${driver} needs a parent, an interface of the host (there are: ${found})`;
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.parent' });
  }
  if (interfaces.has(parent)) return;
  const summary = `the host has no interface ${parent} (there are: ${found})`;
  throw new LibcniError('ERR_NOT_FOUND', summary, { jsonPath: '$.parent', value: parent });
}

/** A number that a configuration of whatever origin may have. */
export function positive(value: unknown): number | undefined {
  return typeof value === 'number' && value > 0 ? value : undefined;
}

/** A name that a configuration of whatever origin may have. */
export function named(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
