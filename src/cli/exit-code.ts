import { existsSync } from 'node:fs';
import {
  LibcniAggregateError,
  type LibcniError,
  type LibcniErrorCode,
  PluginError,
} from '../errors/index.js';
import { isOwnError } from '../errors/own-error.js';
import { endedBy } from './options/limits.js';
import { UsageError } from './usage-error.js';

/** The exit codes of the command. */
export const exitCode = {
  /** Everything is done. */
  done: 0,
  /** Something failed, and a line on standard error says why. */
  failed: 1,
  /** A check found a problem. */
  wrong: 2,
  /** Something named on the command line does not exist. */
  notFound: 3,
  /** Permissions are missing. */
  permission: 4,
  /** Somebody else has it, or is working on it. */
  inUse: 5,
  /** A plugin failed. */
  plugin: 6,
  /** The command line is wrong. */
  usage: 64,
  /** It took longer than `--timeout` says. */
  timeout: 124,
} as const;

const codes: Partial<Record<LibcniErrorCode, number>> = {
  ERR_NOT_FOUND: exitCode.notFound,
  ERR_CONF_NOT_FOUND: exitCode.notFound,
  ERR_NO_CONFIGS: exitCode.notFound,
  ERR_PLUGIN_NOT_FOUND: exitCode.notFound,
  ERR_PERMISSION: exitCode.permission,
  ERR_IN_USE: exitCode.inUse,
  ERR_CONFLICT: exitCode.inUse,
  ERR_LOCKED: exitCode.inUse,
  ERR_TIMEOUT: exitCode.timeout,
};

/** The exit code of a failure; for several failures, that of the first. */
export function exitCodeOf(error: unknown): number {
  const ended = endedBy();
  if (ended !== undefined) return ended;
  if (error instanceof UsageError) return exitCode.usage;
  if (error instanceof LibcniAggregateError) return exitCodeOf(error.errors[0]);
  if (error instanceof PluginError) return exitCode.plugin;
  if (isOwnError(error))
    return isMissingNetns(error) ? exitCode.notFound : (codes[error.code] ?? exitCode.failed);
  return exitCode.failed;
}

/** Whether nothing is at the path of a namespace. */
export function isMissingNetns({ code, value }: LibcniError): boolean {
  return code === 'ERR_NETNS' && typeof value === 'string' && value.startsWith('/') && !existsSync(value);
}
