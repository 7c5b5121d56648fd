import { isIP } from 'node:net';
import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { describedBy, foldTo, prepared, withoutUndefined } from '../../../libcni/result/fields.js';
import { checkAnnotation, checkValue } from './check-value.js';
import { isDomain } from './dns-name.js';
import { checkedText, optional, textList } from './fields.js';

/**
 * Resolver settings for a container, the value of the capability `dns`. The specification and the CNI conventions
 * spell two of the keys differently. The value has both spellings, so that each plugin finds the one it reads.
 */
export interface CapabilityDns {
  /** Addresses of name servers; `servers` is the same array. */
  readonly nameservers?: readonly string[] | undefined;
  /** The domain of short names. */
  readonly domain?: string | undefined;
  /** Domains to search for short names; `searches` is the same array. */
  readonly search?: readonly string[] | undefined;
  /** Options of resolv.conf, for example `ndots:5`. */
  readonly options?: readonly string[] | undefined;
  /** The spelling of CNI CONVENTIONS.md for `nameservers`. */
  readonly servers?: readonly string[] | undefined;
  /** The spelling of CNI CONVENTIONS.md for `search`. */
  readonly searches?: readonly string[] | undefined;
}

const domain = lazy(() => checkedText('must be a domain name', isDomain));
const servers = lazy(() =>
  optionalList(checkedText('must be an IP address', (text) => isIP(text) > 0 && !/\s/.test(text))),
);
const searches = lazy(() => optionalList(domain()));

const fields = lazy(() =>
  z.looseObject(
    {
      nameservers: servers(),
      servers: servers(),
      domain: optional(domain()),
      search: searches(),
      searches: searches(),
      options: optionalList(
        checkedText('must be an option of resolv.conf, without white space', (text) => /^\S+$/.test(text)),
      ),
    },
    { error: 'must be an object with resolver settings' },
  ),
);

/** Resolver settings; the keys may be in any case, and in either spelling. */
export const capabilityDnsSchema: z.ZodType<CapabilityDns> = z.lazy(() =>
  describedBy(
    fields(),
    prepared(foldTo(fields().shape), fields()).superRefine(refuseContradictions).transform(withBothSpellings),
  ),
);

/**
 * Resolver settings for a container: `dns({ nameservers: ['10.0.0.10'], search: ['example.org'] })`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function dns(settings: CapabilityDns): CapabilityDns {
  return checkValue(capabilityDnsSchema, settings, 'dns');
}

/**
 * Resolver settings from an annotation, a JSON object with the keys of {@link CapabilityDns}.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseDns(text: string, annotation = 'dns'): CapabilityDns {
  return checkAnnotation(capabilityDnsSchema, text, annotation);
}

function optionalList<Field extends z.ZodType<string>>(field: Field) {
  return textList(field)
    .nullish()
    .transform((texts) => (texts && texts.length > 0 ? texts : undefined));
}

const SPELLINGS = [
  ['nameservers', 'servers'],
  ['search', 'searches'],
] as const;

function refuseContradictions(settings: CapabilityDns, context: z.RefinementCtx): void {
  for (const [ours, theirs] of SPELLINGS) {
    const input = settings[theirs];
    if (!settings[ours] || !input || input.join(' ') === settings[ours].join(' ')) continue;
    const message = `must not differ from ${ours}, which means the same`;
    context.addIssue({ code: 'custom', path: [theirs], message, input });
  }
}

function withBothSpellings(settings: CapabilityDns): CapabilityDns {
  const nameservers = settings.nameservers ?? settings.servers;
  const search = settings.search ?? settings.searches;
  return withoutUndefined({ ...settings, nameservers, servers: nameservers, search, searches: search });
}
