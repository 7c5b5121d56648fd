import { cutShort, joinMessages, MAX_NAME_LENGTH } from './bounded-text.js';

/** The verbs of the CNI specification, section 2. */
export type Verb = 'ADD' | 'CHECK' | 'DEL' | 'GC' | 'STATUS' | 'VERSION';

/** What an operation was working on when it failed, as named by errors, log lines and traces. */
export interface Circumstances {
  /** The verb that was being executed. */
  readonly verb?: Verb | undefined;
  /** The plugin's type, as the configuration names it. */
  readonly plugin?: string | undefined;
  /** The absolute path of the plugin's executable. */
  readonly pluginPath?: string | undefined;
  /** The network's name. */
  readonly network?: string | undefined;
  readonly containerId?: string | undefined;
  readonly ifName?: string | undefined;
}

/**
 * Circumstances as a suffix for a message: ` (ADD, plugin bridge, network web, container c1, interface eth0)`.
 * Empty when nothing is known.
 *
 * @param place - where in a file the fault is, such as `at $.name in /etc/cni/net.d/web.conf`
 */
export function describeCircumstances(circumstances: Circumstances, place = ''): string {
  const { verb, plugin, network, containerId, ifName } = circumstances;
  const parts = [
    place,
    verb,
    plugin && `plugin ${show(plugin)}`,
    network && `network ${show(network)}`,
    containerId && `container ${show(containerId)}`,
    ifName && `interface ${show(ifName)}`,
  ].filter(Boolean);
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/** A refused name can hold anything, or may not even be a string. A message stays one line. */
function show(name: string): string {
  const said = cutShort(String(name), MAX_NAME_LENGTH);
  return /^[!-~]*$/.test(said) ? said : JSON.stringify(said);
}

/** Describes a clean-up that failed too, without repeating what the message says already. */
export function describeRollback(
  errors: readonly Error[] = [],
  said = '',
  known: Circumstances = {},
): string {
  if (errors.length === 0) return '';
  const messages = errors.map((error) => ({ message: remainder(error, said, known) }));
  return `; rollback failed too: ${joinMessages(messages)}`;
}

function remainder(error: Error, said: string, known: Circumstances): string {
  if (!('summary' in error) || error.summary !== said) return error.message;
  const further = Object.entries(error).filter(([key, value]) => Reflect.get(known, key) !== value);
  return `the same${describeCircumstances(Object.fromEntries(further))}`;
}

/** A detail given as `undefined` must not hide one that is known. */
export function withoutUndefined<Details extends object>(details: Details): Details {
  const defined = { ...details };
  for (const [key, value] of Object.entries(details)) {
    if (value === undefined) Reflect.deleteProperty(defined, key);
  }
  return defined;
}
