import {
  findInPath,
  validateContainerId,
  validateInterfaceName,
  validateNetworkName,
} from '../../../src/index.js';
import { formatCniArgs } from '../../../src/libcni/runtime-conf.js';
import { compareVersions, parseVersion } from '../../../src/libcni/version.js';
import type { Request } from './protocol.js';

const validators = {
  container: validateContainerId,
  network: validateNetworkName,
  interface: validateInterfaceName,
};

/** The operations on names, versions and paths. */
export const nameOperations = {
  'validate-name': ({ kind = 'container', text = '' }: Request) => {
    validators[kind](text);
    return true;
  },
  find: async ({ plugin = '', path = [] }: Request) => await findInPath(plugin, path),
  stringify: ({ rt }: Request) => formatCniArgs(rt?.args),
  'parse-version': ({ text = '' }: Request) => parseVersion(text),
  'at-least': ({ text = '', to = '' }: Request) => compareVersions(text, to) >= 0,
};
