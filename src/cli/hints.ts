import { LibcniAggregateError, type LibcniErrorCode, PluginError } from '../errors/index.js';
import { isOwnError } from '../errors/own-error.js';

/** What a person at a shell can do, where the message of the library does not say it in words of the command. */
const hints: Partial<Record<LibcniErrorCode, string>> = {
  ERR_NO_CONFIGS: 'put a .conflist file there, or say where they are with --netconfpath',
  ERR_PLUGIN_NOT_FOUND: 'install it, or say where plugins are with --cni-path',
  ERR_LOCKED: 'try again, or wait longer with --timeout',
  ERR_NETNS: '`libcni netns ls` shows the namespaces that there are',
  ERR_HELPER: '`libcni doctor` says whether the native helper is there',
  ERR_TIMEOUT: 'allow more with --timeout',
};

const WHICH_NETWORKS = '`libcni list` shows the networks that there are';
const WHAT_IS_ATTACHED = '`libcni ps` shows what is attached';
const NOT_ROOT = 'run it as root, or see `libcni doctor` for the rights that are missing';

/** The hint for a failure, in words of the command. */
export function hintFor(error: unknown): string | undefined {
  if (error instanceof LibcniAggregateError)
    return error.errors.length === 1 ? hintFor(error.errors[0]) : undefined;
  if (error instanceof PluginError)
    return '`libcni doctor` says what plugins need, --debug shows what this one was given';
  if (!isOwnError(error)) return undefined;
  if (error.code === 'ERR_NOT_FOUND' && error.containerId !== undefined)
    return error.verb === 'ADD' ? WHICH_NETWORKS : WHAT_IS_ATTACHED;
  if (error.code === 'ERR_IN_USE' && error.verb === 'ADD' && error.containerId !== undefined)
    return `\`libcni detach ${error.containerId}\` takes it down, ${WHAT_IS_ATTACHED}`;
  if (error.network !== undefined && ['ERR_IN_USE', 'ERR_CONFLICT'].includes(error.code))
    return WHAT_IS_ATTACHED;
  if (error.code === 'ERR_CONF_NOT_FOUND' && error.value !== undefined) return WHICH_NETWORKS;
  if (error.code === 'ERR_PERMISSION') return process.geteuid?.() === 0 ? undefined : NOT_ROOT;
  return hints[error.code];
}
