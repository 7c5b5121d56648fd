/**
 * Variables in the environment of both libraries: one that plugins must inherit, and some that the libraries must replace
 * for plugins.
 */
export const inheritedEnvironment: Readonly<Record<string, string>> = {
  CONFORMANCE_INHERITED: 'passed on',
  CNI_COMMAND: 'STALE',
  CNI_ARGS: 'Stale=1',
  CNI_CONTAINERID: 'stale',
  CNI_NETNS: '/stale',
  CNI_OTHER: 'not one of the five',
};

Object.assign(process.env, inheritedEnvironment);
