/** How a resolver is configured (resolv.conf(5)). */
export interface ResolvConf {
  /** Addresses; a resolver asks the first three. */
  readonly nameservers: readonly string[];
  /** Domains that are tried behind a short name; some resolvers take the first six. */
  readonly searches: readonly string[];
  /** For example `ndots:2`. */
  readonly options: readonly string[];
}

/** Reads the text of a `resolv.conf`. As in a resolver, of several `search` or `domain` lines the last one counts. */
export function parseResolvConf(text: string): ResolvConf {
  const lines = text.split('\n').map((line) => line.trim().split(/\s+/));
  const valuesOf = (...keywords: readonly string[]) =>
    lines.flatMap(([keyword = '', ...values]) => (keywords.includes(keyword) ? [values] : []));
  return {
    nameservers: valuesOf('nameserver').flatMap(([address]) => (address ? [address] : [])),
    searches: (valuesOf('search', 'domain').at(-1) ?? []).filter((domain) => domain !== '.'),
    options: valuesOf('options').flat(),
  };
}

/** The text of a `resolv.conf`. */
export function formatResolvConf({ nameservers, searches, options }: ResolvConf): string {
  const lines = [
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...nameservers.map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return lines.map((line) => `${line}\n`).join('');
}

const MOST_NAMESERVERS = 3;
const MOST_SEARCHES = 6;

/** What of a configuration resolvers overlook, in words; empty where nothing is. */
export function resolvConfWarnings({ nameservers, searches }: ResolvConf): string[] {
  return [
    ...overlooked('nameserver', nameservers, MOST_NAMESERVERS),
    ...overlooked('search domain', searches, MOST_SEARCHES),
  ];
}

function overlooked(what: string, values: readonly string[], most: number): string[] {
  if (values.length <= most) return [];
  return [
    `resolvers use the first ${most} of ${values.length} ${what}s: ${values.slice(most).join(', ')} may be overlooked`,
  ];
}
