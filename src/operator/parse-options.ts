import * as z from 'zod';
import {
  booleanField,
  choiceField,
  folderField,
  foldersField,
  foreignFoldersField,
  functionField,
  instance,
  isKeyed,
  keys,
  optional,
  textField,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseOptions } from '../arguments/parse-argument.js';
import { execField } from '../libcni/cni-config-options.js';
import { helperField } from '../platform/helper/index.js';
import { type ConfSource, folderFields, type NetworkInput } from './conf-store/index.js';

const sourceField = lazy(() => instance<ConfSource>('a ConfSource, with name and list()', isSource));

const optionsSchema = lazy(() =>
  keys({
    networks: optional(instance<readonly NetworkInput[]>('an array of networks', Array.isArray)),
    sources: optional(z.array(sourceField(), { error: 'must be an array' })),
    confDir: optional(folderField()),
    binDirs: optional(foldersField()),
    pluginDirs: optional(functionField<(pluginType: string) => readonly string[]>()),
    cacheDir: optional(folderField()),
    stateDir: optional(folderField()),
    helper: optional(helperField()),
    loopback: optional(choiceField('helper', 'plugin', 'none')),
    foreignFolders: optional(foreignFoldersField()),
    defaultNetwork: optional(textField()),
    policy: optional(choiceField('skip', 'strict')),
    strict: optional(booleanField()),
    sync: optional(booleanField()),
    validatePlugins: optional(booleanField()),
    exec: optional(execField()),
    watch: optional(booleanField()),
    ...folderFields(),
  }),
);

/**
 * Parses the options of an operator and drops those that are `null`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function parseOperatorOptions(options: unknown): z.output<ReturnType<typeof optionsSchema>> {
  return parseOptions(optionsSchema(), options);
}

function isSource(value: unknown): boolean {
  return (
    isKeyed(value) &&
    typeof Reflect.get(value, 'name') === 'string' &&
    typeof Reflect.get(value, 'list') === 'function'
  );
}
