// Port of Go's pkg/version/plugin.go and version.go.
import compare from 'semver/functions/compare.js';
import { LibcniError } from '../errors/libcni-error.js';

/** The newest version of the CNI specification that the library implements. */
export const CURRENT_VERSION = '1.1.0';

/** Every version of the specification that the library supports, oldest first. */
export const SUPPORTED_VERSIONS = ['0.1.0', '0.2.0', '0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'] as const;

const versions: readonly string[] = SUPPORTED_VERSIONS;

/** A version of the CNI specification that the library supports. */
export type CniVersion = (typeof SUPPORTED_VERSIONS)[number];

/** Major, minor and patch number. */
export type ParsedVersion = readonly [number, number, number];

/** Sign and digits without leading zeros. No more than 19 digits fit into 64 bits. */
const PART = /^([+-]?)0*(\d{1,19})$/;

/**
 * Splits a version as Go does: one to three whole numbers, missing ones are 0, and no version at all is 0.1.0.
 *
 * @throws LibcniError `ERR_VERSION`
 */
export function parseVersion(version: string): ParsedVersion {
  if (version === '') return [0, 1, 0];
  const parts = version.split('.');
  if (parts.length > 3 || !parts.every(isInteger)) {
    throw new LibcniError('ERR_VERSION', `"${version}" is not a version of the form 1.0.0`, {
      value: version,
    });
  }
  const [major = 0, minor = 0, micro = 0] = parts.map(Number);
  return [major, minor, micro];
}

/**
 * Negative, zero or positive if the first version is older than, equal to or newer than the second.
 *
 * @throws LibcniError `ERR_VERSION`
 */
export function compareVersions(first: string, second: string): number {
  return compare(whole(first), whole(second));
}

/** The spelling that semver accepts. Go accepts numbers beyond any version, which count as the least or the greatest. */
function whole(version: string): string {
  const parts = parseVersion(version).map((part) => Math.min(Math.max(part, 0), Number.MAX_SAFE_INTEGER));
  return parts.join('.');
}

/** @throws LibcniError `ERR_VERSION` */
export function isAtLeast(version: string, minimum: CniVersion): boolean {
  const known = placeOf(version);
  return known < 0 ? compareVersions(version, minimum) >= 0 : known >= placeOf(minimum);
}

/** Its place among the supported versions; negative if it is not one of them. */
function placeOf(version: string): number {
  return versions.indexOf(version);
}

function isInteger(part: string): boolean {
  const [found, sign, digits] = PART.exec(part) ?? [];
  if (found === undefined) return false;
  const number = BigInt(`${sign}${digits}`);
  return BigInt.asIntN(64, number) === number;
}
