import type { LibcniError } from '../errors/index.js';
import { isOwnError } from '../errors/own-error.js';
import { type Setting, settings } from './command-line.js';
import { UsageError } from './usage-error.js';

/** Keys of requests with another name than their option. */
const names: Readonly<Record<string, string>> = {
  args: 'cniArgs',
  capabilityArgs: 'capArgs',
  options: 'opt',
  ports: 'publish',
};

/** The settings of the command in messages of parsers, which do not know where a string comes from. */
const PARSED = /^(?:ips|mac|port mapping|networks|CAP_ARGS|CNI_ARGS):? (?=must |is )/;

/** A place in a request, in a message: `create: request.aliases[0] must be ...`. */
const PLACE = /^(?:\w+: )?(request|options|filters)\.(\w+)(?:\[\d+\])?([^ ]*) (.*)$/s;

/**
 * The error in terms of what the user typed, if it is about that: it names the option. One about a file stays.
 */
export function aboutTypedWords(error: unknown): unknown {
  const refused = error instanceof UsageError ? error.cause : error;
  if (!isOwnError(refused) || !isOfArguments(refused)) return error;
  const setting = settingOf(refused);
  if (setting === undefined) return error;
  return new UsageError(inOptionWords(refused.summary, setting.label), { cause: refused });
}

function isOfArguments({ code, file, plugin }: LibcniError): boolean {
  return ['ERR_CONF_INVALID', 'ERR_ANNOTATION'].includes(code) && file === undefined && plugin === undefined;
}

/** By the value, else by the place in the request: an option that is missing has no value. */
function settingOf({ value, jsonPath = '', summary }: LibcniError): Setting | undefined {
  const all = settings();
  const typed = (text: string) => all.find(({ words }) => words.some((word) => partsOf(word).includes(text)));
  const keys = [...jsonPath.matchAll(/\w+/g)].map(([key]) => key).reverse();
  return (
    (value === undefined ? undefined : typed([value].flat().join('='))) ??
    firstOf(keys, (key) => all.find((one) => isNamed(one, key))) ??
    firstOf(keys.slice(0, 1), typed) ??
    all.find(({ key }) => key === VARIABLES[/^\w+/.exec(summary)?.[0] ?? ''])
  );
}

const VARIABLES: Readonly<Record<string, string>> = { CAP_ARGS: 'capArgs', CNI_ARGS: 'cniArgs' };

function firstOf<Found>(
  keys: readonly string[],
  find: (key: string) => Found | undefined,
): Found | undefined {
  for (const key of keys) {
    const found = find(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** A value may be one of several in a word: `front,storage@data0`, `KEY=value;KEY=value`. */
function partsOf(word: string): string[] {
  const parts = [word.split(','), word.split(';'), word.split(/[,;@=]/)].flat().map((part) => part.trim());
  return [word, ...parts.filter((part) => part !== '')];
}

/** Options are singular and in lower case: `--subnet` for `subnets`, `--ifname` for `ifName`. */
function isNamed({ key }: Setting, name: string): boolean {
  const option = key.toLowerCase();
  const wanted = [name, names[name] ?? name].map((one) => one.toLowerCase());
  return wanted.some((one) => [option, `${option}s`, `${option}es`, `${option}d`].includes(one));
}

function inOptionWords(summary: string, label: string | undefined): string {
  const [, argument, first = '', inside = '', problem = ''] = PLACE.exec(summary) ?? [];
  const isInside = argument === 'filters' || names[first] === 'capArgs';
  const place = argument === 'filters' ? `${first}${inside}` : inside.replace(/^\./, '');
  if (argument !== undefined && label === undefined) return `${first}${inside} ${problem}`;
  if (argument !== undefined) return [label, isInside ? place : '', problem].filter(Boolean).join(' ');
  const said = summary.replace(/^(?:create|connect|disconnect|list|prune|remove): /, '');
  if (label === undefined || said.includes(label)) return said;
  return PARSED.test(said) ? said.replace(PARSED, `${label} `) : `${label}: ${said}`;
}
