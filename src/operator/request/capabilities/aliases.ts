import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { checkAnnotation, checkValue } from './check-value.js';
import { isDnsName } from './dns-name.js';
import { checkedText, textList } from './fields.js';

/**
 * Further names of a container, the value of the capability `aliases` (CNI CONVENTIONS.md; iSulad's annotation
 * `aliases`): DNS names under which containers on the same network can find it.
 */
export type Aliases = readonly string[];

/** An array of aliases. Underscores are allowed, since names of services have them. */
export const aliasesSchema: z.ZodType<Aliases> = z.lazy(() =>
  textList(checkedText('must be a DNS name', isDnsName)),
);

/** Aliases by network name, as used by the plugin `dnsname` and ocicni. */
export const aliasesByNetworkField = lazy(() =>
  z.record(z.string(), aliasesSchema, {
    error: 'must be an array of DNS names, or such arrays by network name',
  }),
);

/**
 * Aliases for a container: `aliases('web', 'web.example')`.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function aliases(...names: string[]): Aliases {
  return checkValue(aliasesSchema, names, 'aliases');
}

/**
 * Aliases from an annotation, a JSON array of strings.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseAliases(text: string, annotation = 'aliases'): Aliases {
  return checkAnnotation(aliasesSchema, text, annotation);
}
