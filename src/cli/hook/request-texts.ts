import type { HookCommandOptions } from './options.js';

/** The options that select the networks of a container, with the equivalent variables. */
const variables = [
  ['networks', 'LIBCNI_NETWORKS'],
  ['ports', 'LIBCNI_PORTS'],
  ['ips', 'LIBCNI_IPS'],
  ['mac', 'LIBCNI_MAC'],
  ['ifname', 'CNI_IFNAME'],
  ['cniArgs', 'CNI_ARGS'],
  ['capArgs', 'CAP_ARGS'],
] as const satisfies [keyof HookCommandOptions, string][];

/** The networks of a container, by option. Options override the variables of this process. */
interface RequestText {
  readonly option: (typeof variables)[number][0];
  readonly variable: string;
  readonly text: string;
}

/** The given settings only. */
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
