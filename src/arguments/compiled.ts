import * as z from 'zod';

/** Compiling takes as long as some hundred uses, and a command uses a schema once. */
const OFTEN = 100;

/** A schema that is made when it is first asked for, and that zod compiles when it has been used often. */
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
