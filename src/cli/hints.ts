import {
  LibcniAggregateError,
  type LibcniError,
  type LibcniErrorCode,
  PluginError,
} from '../errors/index.js';
import { isOwnError } from '../errors/own-error.js';
import { commandName } from './command-line.js';
import { isMissingNetns } from './exit-code.js';

/** What to do at a shell, if the library's message does not say it in terms of the command. */
const hints: Partial<Record<LibcniErrorCode, string>> = {
  ERR_NO_CONFIGS: 'put a .conflist file there, or name another folder with --netconfpath',
  ERR_PLUGIN_NOT_FOUND: 'install it, or name the plugin folder with --cni-path',
  ERR_LOCKED: 'try again, or wait longer with --timeout',
  ERR_HELPER: '`libcni doctor` says whether the native helper is installed',
  ERR_TIMEOUT: 'allow more time with --timeout',
};

const WHICH_NETWORKS = '`libcni list` lists the networks';
const WHICH_NAMESPACES = '`libcni netns ls` lists the namespaces';
const WHAT_IS_ATTACHED = '`libcni ps` lists attached containers';
const NOT_ROOT = 'run it as root, or see `libcni doctor` for missing permissions';

/** The hint for a failure, in terms of the command. */
export function hintFor(error: unknown): string | undefined {
  if (error instanceof LibcniAggregateError)
    return error.errors.length === 1 ? hintFor(error.errors[0]) : undefined;
  if (error instanceof PluginError)
    return '`libcni doctor` says what plugins need, --debug shows everything about this failure';
  if (!isOwnError(error)) return undefined;
  if (error.code === 'ERR_NOT_FOUND' && error.containerId !== undefined)
    return error.verb === 'ADD' ? WHICH_NETWORKS : WHAT_IS_ATTACHED;
  if (error.code === 'ERR_IN_USE' && error.verb === 'ADD' && error.containerId !== undefined)
    return `${howToUndo(error.containerId, error.network)}, ${WHAT_IS_ATTACHED}`;
  if (error.network !== undefined && isOfAttachment(error)) return WHAT_IS_ATTACHED;
  if (error.code === 'ERR_CONF_NOT_FOUND' && error.value !== undefined) return WHICH_NETWORKS;
  if (isMissingNetns(error)) return WHICH_NAMESPACES;
  if (error.code === 'ERR_PERMISSION') return process.geteuid?.() === 0 ? undefined : NOT_ROOT;
  return hints[error.code];
}

/** The opposite of the command that found the attachment. */
function howToUndo(id: string, network = ''): string {
  if (commandName() !== 'network connect') return `\`libcni detach ${id}\` detaches it`;
  return `\`libcni network disconnect ${network} ${id}\` disconnects it`;
}

/** A network that is taken by its name, its bridge or its subnet has no attachments in the way. */
function isOfAttachment({ code, containerId }: LibcniError): boolean {
  return code === 'ERR_IN_USE' || (code === 'ERR_CONFLICT' && containerId !== undefined);
}
