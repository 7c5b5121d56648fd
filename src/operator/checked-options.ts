import { invalidArgument } from '../errors/invalid-argument.js';
import {
  checkOptionalFunction,
  checkOptionalPath,
  checkPathList,
  isAbsent,
  isKeyed,
} from '../libcni/arguments/check-value.js';
import { withoutNull } from '../libcni/arguments/without-null.js';
import { checkOptionalExec } from '../libcni/cni-config-options.js';

/** What is checked here; the rest is checked where it is used. */
interface Options {
  readonly confDir?: unknown;
  readonly binDirs?: unknown;
  readonly pluginDirs?: unknown;
  readonly filter?: unknown;
  readonly cacheDir?: unknown;
  readonly stateDir?: unknown;
  readonly exec?: unknown;
  readonly loopback?: unknown;
}

const LOOPBACK = ['helper', 'plugin', 'none'];

/**
 * The options of an operator, without those that are `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedOptions<Given extends Options>(options: Given): Given {
  if (!isKeyed(options)) throw invalidArgument('options', 'an object', options);
  const { confDir, binDirs, pluginDirs, filter, cacheDir, stateDir, exec, loopback } = options;
  checkOptionalPath('confDir', confDir);
  checkOptionalPath('cacheDir', cacheDir);
  checkOptionalPath('stateDir', stateDir);
  if (!isAbsent(binDirs)) checkPathList('binDirs', binDirs);
  checkOptionalFunction('pluginDirs', pluginDirs);
  checkOptionalFunction('filter', filter);
  checkOptionalExec(exec);
  if (!isAbsent(loopback) && !LOOPBACK.some((way) => way === loopback))
    throw invalidArgument('loopback', 'one of helper, plugin and none', loopback);
  return withoutNull(options);
}
