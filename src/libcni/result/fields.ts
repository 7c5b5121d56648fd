import * as z from 'zod';
import { canonicalCidr, canonicalIp } from '../../addresses/index.js';
import { lazy } from '../../arguments/lazy.js';
import { keyFolder } from '../json/fold-keys.js';
import { isJsonObject } from '../json/parse-json.js';

// The building blocks of the result schemas. They accept what Go's decoder accepts and leave out what its encoder
// leaves out, so that a result reads the same whichever library wrote it.

/** A string that is left out if empty. */
export const textField = lazy(() =>
  z
    .string()
    .nullish()
    .transform((text) => text || undefined),
);

/** A whole number that is left out if it is 0. */
export const countField = lazy(() =>
  z
    .int()
    .nullish()
    .transform((count) => count || undefined),
);

/** A whole number for which 0 has a meaning. */
export const indexField = lazy(() =>
  z
    .int()
    .nullish()
    .transform((index) => index ?? undefined),
);

/** An address, left out if empty. */
export const ipField = lazy(() =>
  z
    .string()
    .nullish()
    .transform((text, context) =>
      text ? canonical({ text, context, what: 'address', of: canonicalIp }) : undefined,
    ),
);

/** An address with its prefix. */
export const cidrField = lazy(() =>
  z
    .string()
    .transform((text, context) =>
      canonical({ text, context, what: 'address with a prefix', of: canonicalCidr }),
    ),
);

/** An array that is left out if empty. */
export function listField<Item extends z.ZodType>(item: Item) {
  return z
    .array(item)
    .nullish()
    .transform((items) => (items && items.length > 0 ? items : undefined));
}

/**
 * An object whose keys may be in any case, as Go reads them. Keys that a field leaves out are removed. Its JSON Schema
 * is that of the object.
 */
export function folded<Shape extends z.ZodRawShape, Config extends z.core.$ZodObjectConfig>(
  fields: z.ZodObject<Shape, Config>,
) {
  return describedBy(fields, z.preprocess(foldTo(fields.shape), fields).transform(withoutUndefined));
}

/** A field that is normalised before it is checked. Its JSON Schema is that of the field. */
export function prepared<Field extends z.ZodType>(prepare: (value: unknown) => unknown, field: Field) {
  return describedBy(field, z.preprocess(prepare, field));
}

/** Makes JSON Schema describe the input of a schema: it cannot express functions that check or change values. */
export function describedBy<Schema extends z.ZodType>(data: z.ZodType, schema: Schema): Schema {
  schema._zod.toJSONSchema = () => {
    const { $schema: _, ...described } = z.toJSONSchema(data, { io: 'input' });
    return described;
  };
  return schema;
}

/** A preprocessing step that gives the keys of `shape` their canonical spelling. */
export function foldTo(shape: object): (value: unknown) => unknown {
  const fold = keyFolder(Object.keys(shape));
  return (value) => (isJsonObject(value) ? fold(value) : value);
}

/** Removes the keys that a field left out. */
export function withoutUndefined<Fields extends object>(fields: Fields): Fields {
  for (const key of Object.keys(fields)) {
    if (Reflect.get(fields, key) === undefined) Reflect.deleteProperty(fields, key);
  }
  return fields;
}

interface Canonical {
  readonly text: string;
  readonly context: z.RefinementCtx;
  readonly what: string;
  readonly of: (text: string) => string | undefined;
}

function canonical({ text, context, what, of }: Canonical): string {
  const value = of(text);
  if (value !== undefined) return value;
  context.addIssue({ code: 'custom', message: `${JSON.stringify(text)} is not an ${what}` });
  return z.NEVER;
}
