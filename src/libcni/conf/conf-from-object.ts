import { objectField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { checkNumbers } from '../json/write-json.js';
import { validateNetworkName } from '../names.js';
import { networkConfFromBytes } from './network-conf.js';
import type { NetworkConf, NetworkConfigList } from './types.js';

const WHAT = 'configuration list';

/**
 * Makes a network from an object, as {@link networkConfFromBytes} does from JSON.
 *
 * @example
 * ```ts
 * const network = networkConf({
 *   cniVersion: '1.0.0',
 *   name: 'lab',
 *   plugins: [{ type: 'bridge', bridge: 'lab0', ipam: { type: 'host-local', subnet: '10.7.0.0/24' } }],
 * });
 * ```
 * @throws LibcniError `ERR_CONF_INVALID` with the JSON path of what is wrong.
 */
export function networkConf(conf: NetworkConf): NetworkConfigList {
  return networkConfFrom(conf);
}

/** @param place - names the object in errors */
export function networkConfFrom(conf: NetworkConf, place?: string): NetworkConfigList {
  parseArgument(objectField(), conf, place ?? 'conf');
  try {
    checkNumbers(conf, WHAT);
    const list = networkConfFromBytes(JSON.stringify(conf), place);
    if (list.plugins.length === 0)
      throw new LibcniError('ERR_CONF_INVALID', `${WHAT}: no plugins`, { jsonPath: '$.plugins' });
    checkName(list.name);
    return list;
  } catch (error) {
    throw isOwnError(error) ? error.with({ file: place }) : error;
  }
}

function checkName(name: string): void {
  try {
    validateNetworkName(name);
  } catch (error) {
    throw isOwnError(error) ? error.with({ jsonPath: '$.name' }) : error;
  }
}
