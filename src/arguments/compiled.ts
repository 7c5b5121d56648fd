import * as z from 'zod';

/** Compiling costs as much as some hundred uses, and a command uses a schema once. */
const OFTEN = 100;

/** A schema that is created on first use, and that zod compiles once it has been used often. */
export function compiled<Schema extends z.ZodType>(make: () => Schema): () => Schema {
  let schema: Schema | undefined;
  let uses = 0;
  return () => {
    schema ??= make();
    uses += 1;
    if (uses === OFTEN) schema = z.compile(schema);
    return schema;
  };
}
