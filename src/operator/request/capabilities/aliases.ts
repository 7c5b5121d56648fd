import * as z from 'zod';
import { lazy } from '../../../arguments/lazy.js';
import { checkAnnotation, checkValue } from './check-value.js';
import { isDnsName } from './dns-name.js';
import { checkedText, textList } from './fields.js';

/**
 * Further names of a container, the value of the capability `aliases` (CNI CONVENTIONS.md; iSulad's annotation
 * `aliases`): DNS names that containers on the same network can find it by.
 */
export type Aliases = readonly string[];

/** A list of aliases. An underscore is taken, since names of services have it. */
export const aliasesSchema: z.ZodType<Aliases> = z.lazy(() =>
  textList(checkedText('must be a DNS name', isDnsName)),
);

/** Aliases by the names of networks, which the plugin `dnsname` and ocicni know. */
export const aliasesByNetworkField = lazy(() =>
  z.record(z.string(), aliasesSchema, {
    error: 'must be a list of DNS names, or such lists by the names of networks',
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
 * Aliases from the text of an annotation, a JSON list of texts.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseAliases(text: string, annotation = 'aliases'): Aliases {
  return checkAnnotation(aliasesSchema, text, annotation);
}
