// Port of Go's pkg/utils/utils.go.
import { LibcniError } from '../errors/libcni-error.js';

const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;
const MAX_INTERFACE_NAME_BYTES = 15;
/** `/`, `:`, NUL, and Unicode white space (which differs slightly from `\s`). */
const FORBIDDEN_IN_INTERFACE_NAME =
  /[/:\0\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000]/u;

/**
 * A container id: letters, digits, `_`, `.`, `-`, starting with a letter or digit. It becomes part of a file
 * name, so every verb checks it.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function validateContainerId(containerId: string): void {
  validateName('container id', containerId);
}

/**
 * A network name, by the same rule as a container id.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function validateNetworkName(networkName: string): void {
  validateName('network name', networkName);
}

/**
 * An interface name: 1 to 15 bytes, not `.` or `..`, without `/`, `:` and white space.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function validateInterfaceName(ifName: string): void {
  const problem = interfaceNameProblem(ifName);
  if (problem !== undefined) throw invalidName('interface name', ifName, problem);
}

function interfaceNameProblem(ifName: string): string | undefined {
  if (typeof ifName !== 'string' || ifName === '') return 'is missing';
  if (Buffer.byteLength(ifName) > MAX_INTERFACE_NAME_BYTES) return 'is longer than 15 bytes';
  if (ifName === '.' || ifName === '..') return 'must not be "." or ".."';
  return FORBIDDEN_IN_INTERFACE_NAME.test(ifName) ? 'contains "/", ":" or white space' : undefined;
}

function validateName(what: string, name: string): void {
  if (typeof name !== 'string' || name === '') throw invalidName(what, name, 'is missing');
  if (!NAME.test(name)) throw invalidName(what, name, `does not match ${NAME.source}`);
}

function invalidName(what: string, value: unknown, problem: string): LibcniError {
  const shown = typeof value === 'string' && value !== '' ? ` ${JSON.stringify(value)}` : '';
  return new LibcniError('ERR_CONF_INVALID', `${what}${shown} ${problem}`, { value });
}
