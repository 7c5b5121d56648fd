import type { HookCommandOptions } from './options.js';

/** The options that say what a container is attached to, and the variables that say the same. */
const variables = [
  ['networks', 'LIBCNI_NETWORKS'],
  ['ports', 'LIBCNI_PORTS'],
  ['ips', 'LIBCNI_IPS'],
  ['mac', 'LIBCNI_MAC'],
  ['ifname', 'CNI_IFNAME'],
  ['cniArgs', 'CNI_ARGS'],
  ['capArgs', 'CAP_ARGS'],
] as const satisfies [keyof HookCommandOptions, string][];

/** What a container is attached to, by option. Options win over the variables of this process. */
interface RequestText {
  readonly option: (typeof variables)[number][0];
  readonly variable: string;
  readonly text: string;
}

/** What is said, without what is not. */
export function requestTexts(options: HookCommandOptions): RequestText[] {
  return variables.flatMap(([option, variable]) => {
    const text = options[option] ?? (process.env[variable] || undefined);
    return text === undefined ? [] : [{ option, variable, text }];
  });
}

/** The same as the environment of a hook. */
export function requestEnvironment(options: HookCommandOptions): Record<string, string> {
  return Object.fromEntries(requestTexts(options).map(({ variable, text }) => [variable, text]));
}
