// Port of the converter table in Go's pkg/types/internal/convert.go.

import { instance, isKeyed } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { CniVersion } from '../version.js';
import { downFrom040, downFrom100 } from './convert-down.js';
import { upFrom020, upFrom040 } from './convert-up.js';
import { asCniVersion, resultFromJson } from './create-result.js';
import type { Result, Result020, Result040, Result100, ResultOf } from './types.js';

type Version020 = Result020['cniVersion'];
type Version040 = Result040['cniVersion'];
type Version100 = Result100['cniVersion'];

const resultField = lazy(() => instance<Result>('a result, as made by createResult()', isKeyed));

/**
 * The same result in another version of the specification. Anything that the target cannot express is left out: before
 * 0.3.0, all but one address of each family and all interfaces; before 1.0.0, an interface's `mtu`, `socketPath`
 * and `pciID`. Keys unknown to the specification survive between versions that share a schema.
 *
 * @param toVersion - an empty string means 0.1.0
 * @throws LibcniError `ERR_VERSION` if either version is unknown, or if a version before 0.3.0 is
 * requested and there is no address; `ERR_CONF_INVALID` if the result itself is invalid.
 */
export function convertResult<const Version extends string>(
  result: Result,
  toVersion: Version,
): ResultOf<Version>;
export function convertResult(result: Result, toVersion: string): Result {
  parseArgument(resultField(), result, 'result');
  return convertChecked(resultFromJson(result), toVersion);
}

/** {@link convertResult} for a result that was already checked. */
export function convertChecked<const Version extends string>(
  from: Result,
  toVersion: Version,
): ResultOf<Version>;
export function convertChecked(from: Result, toVersion: string): Result {
  const to = asCniVersion(toVersion || '0.1.0');
  if (to === undefined) {
    const summary = `cannot convert a result of ${from.cniVersion} to version "${toVersion}"`;
    throw new LibcniError('ERR_VERSION', summary, { value: toVersion });
  }
  return from.cniVersion === to ? from : convert(from, to);
}

function convert(from: Result, to: CniVersion): Result {
  if (is020(to)) return to020(from, to);
  return is100(to) ? to100(from, to) : to040(from, to);
}

function to020(from: Result, to: Version020): Result020 {
  if (isResult020(from)) return { ...from, cniVersion: to };
  return downFrom040(isResult040(from) ? from : downFrom100(from, '0.4.0'), to);
}

function to040(from: Result, to: Version040): Result040 {
  if (isResult020(from)) return upFrom020(from, to);
  return isResult040(from) ? { ...from, cniVersion: to } : downFrom100(from, to);
}

function to100(from: Result, to: Version100): Result100 {
  if (isResult020(from)) return upFrom040(upFrom020(from, '0.4.0'), to);
  return isResult040(from) ? upFrom040(from, to) : { ...from, cniVersion: to };
}

function isResult020(result: Result): result is Result020 {
  return is020(result.cniVersion);
}

function isResult040(result: Result): result is Result040 {
  return !is020(result.cniVersion) && !is100(result.cniVersion);
}

function is020(version: CniVersion): version is Version020 {
  return version === '0.1.0' || version === '0.2.0';
}

function is100(version: CniVersion): version is Version100 {
  return version === '1.0.0' || version === '1.1.0';
}
