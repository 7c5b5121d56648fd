import * as z from 'zod';
import { keys, textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseArgument } from '../arguments/parse-argument.js';

/** The configuration of a resolver (resolv.conf(5)). */
export interface ResolvConf {
  /** Addresses; a resolver asks the first three. */
  readonly nameservers: readonly string[];
  /** Domains to append to a short name; some resolvers use the first six. */
  readonly searches: readonly string[];
  /** For example `ndots:2`. */
  readonly options: readonly string[];
}

const wordsField = lazy(() => z.array(textField()));
const confField = lazy(() =>
  keys({ nameservers: wordsField(), searches: wordsField(), options: wordsField() }),
);

/**
 * Parses a `resolv.conf`. Of several `search` or `domain` lines the last one counts, as in a resolver.
 *
 * @throws LibcniError `ERR_CONF_INVALID` if it is not given a string
 */
export function parseResolvConf(text: string): ResolvConf {
  const lines = parseArgument(textField(), text, 'text')
    .split('\n')
    .map((line) => line.trim().split(/\s+/));
  const valuesOf = (...keywords: readonly string[]) =>
    lines.flatMap(([keyword = '', ...values]) => (keywords.includes(keyword) ? [values] : []));
  return {
    nameservers: valuesOf('nameserver').flatMap(([address]) => (address ? [address] : [])),
    searches: (valuesOf('search', 'domain').at(-1) ?? []).filter((domain) => domain !== '.'),
    options: valuesOf('options').flat(),
  };
}

/**
 * Formats a `resolv.conf`.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function formatResolvConf(conf: ResolvConf): string {
  const { nameservers, searches, options } = parseArgument(confField(), conf, 'conf');
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 6;

/** What resolvers ignore in a configuration, in words; empty if nothing. */
export function resolvConfWarnings({ nameservers, searches }: ResolvConf): string[] {
  return [
    ...overlooked('nameserver', nameservers, MOST_NAMESERVERS),
    ...overlooked('search domain', searches, MOST_SEARCHES),
  ];
}

function overlooked(what: string, values: readonly string[], most: number): string[] {
  if (values.length <= most) return [];
  return [
    `resolvers use the first ${most} of ${values.length} ${what}s: ${values.slice(most).join(', ')} may be ignored`,
  ];
}
