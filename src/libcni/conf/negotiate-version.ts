// Port of the version part of NetworkConfFromBytes in Go's libcni/conf.go.
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { type JsonObject, jsonType } from '../json/parse-json.js';
import { CURRENT_VERSION, compareVersions } from '../version.js';

/**
 * The version of a configuration list: the newest of `cniVersions` and `cniVersion` that the library supports, or
 * `cniVersion` if there is no `cniVersions`. An empty string if neither names one.
 *
 * @throws LibcniError `ERR_CONF_INVALID` with file and JSON path.
 */
export function negotiateVersion(list: JsonObject, file?: string): string {
  const cniVersion = Object.hasOwn(list, 'cniVersion')
    ? expectText(list.cniVersion, '$.cniVersion', file)
    : '';
  if (!Object.hasOwn(list, 'cniVersions')) return cniVersion;
  const offered = offeredVersions(list.cniVersions, file);
  if (cniVersion !== '') offered.push({ version: cniVersion, jsonPath: '$.cniVersion' });
  const spoken = offered.filter((offer) => isSpoken(offer, file)).map(({ version }) => version);
  return newest(spoken) ?? cniVersion;
}

interface Offer {
  readonly version: string;
  readonly jsonPath: string;
}

function offeredVersions(value: unknown, file?: string): Offer[] {
  if (!Array.isArray(value))
    throw invalid(`must be an array, not ${jsonType(value)}`, '$.cniVersions', value, file);
  return value.map((version: unknown, index) => {
    const jsonPath = `$.cniVersions[${index}]`;
    return { version: expectText(version, jsonPath, file), jsonPath };
  });
}

function isSpoken({ version, jsonPath }: Offer, file?: string): boolean {
  try {
    return compareVersions(version, CURRENT_VERSION) <= 0;
  } catch (cause) {
    const reason = isOwnError(cause) ? cause.summary : String(cause);
    throw new LibcniError('ERR_CONF_INVALID', `configuration list: ${reason}`, {
      file,
      jsonPath,
      value: version,
      cause,
    });
  }
}

/** If equal versions are spelled differently, the first counts. */
function newest(versions: readonly string[]): string | undefined {
  const newestSoFar = (best: string, version: string) =>
    compareVersions(version, best) > 0 ? version : best;
  const [first, ...rest] = versions;
  return first === undefined ? undefined : rest.reduce(newestSoFar, first);
}

function expectText(value: unknown, jsonPath: string, file?: string): string {
  if (typeof value === 'string') return value;
  throw invalid(`must be a string, not ${jsonType(value)}`, jsonPath, value, file);
}

function invalid(problem: string, jsonPath: string, value: unknown, file?: string): LibcniError {
  return new LibcniError('ERR_CONF_INVALID', `configuration list: ${problem}`, { file, jsonPath, value });
}
