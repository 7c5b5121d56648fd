import {
  checkOptionalArray,
  checkOptionalBoolean,
  checkOptionalChoice,
  checkOptionalFunction,
  checkOptionalPath,
  checkOptionalText,
  checkPathList,
  isAbsent,
  isKeyed,
} from '../errors/check-value.js';
import { invalidArgument } from '../errors/invalid-argument.js';
import { withoutNull } from '../errors/without-null.js';
import { checkOptionalExec } from '../libcni/cni-config-options.js';

/** What is checked here; times are checked where they are used. */
interface Options {
  readonly confDir?: unknown;
  readonly sources?: unknown;
  readonly binDirs?: unknown;
  readonly pluginDirs?: unknown;
  readonly filter?: unknown;
  readonly cacheDir?: unknown;
  readonly stateDir?: unknown;
  readonly exec?: unknown;
  readonly loopback?: unknown;
  readonly foreignFolders?: unknown;
  readonly defaultNetwork?: unknown;
  readonly policy?: unknown;
  readonly validatePlugins?: unknown;
  readonly watch?: unknown;
  readonly persistent?: unknown;
  readonly strict?: unknown;
}

/**
 * The options of an operator, without those that are `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function checkedOptions<Given extends Options>(options: Given): Given {
  if (!isKeyed(options)) throw invalidArgument('options', 'an object', options);
  const { confDir, binDirs, pluginDirs, filter, cacheDir, stateDir, exec } = options;
  checkOptionalPath('confDir', confDir);
  checkOptionalPath('cacheDir', cacheDir);
  checkOptionalPath('stateDir', stateDir);
  for (const [name, folder] of Object.entries({ confDir, cacheDir, stateDir }))
    if (folder === '') throw invalidArgument(name, 'the path of a folder', folder);
  if (!isAbsent(binDirs)) checkPathList('binDirs', binDirs);
  checkOptionalArray('sources', options.sources);
  checkOptionalFunction('pluginDirs', pluginDirs);
  checkOptionalFunction('filter', filter);
  checkOptionalExec(exec);
  checkOptionalText('defaultNetwork', options.defaultNetwork);
  checkOptionalChoice('loopback', options.loopback, ['helper', 'plugin', 'none']);
  checkOptionalChoice('foreignFolders', options.foreignFolders, ['refuse', 'allow']);
  checkOptionalChoice('policy', options.policy, ['skip', 'strict']);
  for (const name of ['validatePlugins', 'watch', 'persistent', 'strict'] as const)
    checkOptionalBoolean(name, options[name]);
  return withoutNull(options);
}
