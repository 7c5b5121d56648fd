import * as z from 'zod';

/** Compiling costs as much as some hundred uses, and a command uses a schema once. */
const OFTEN = 100;

/** A schema that is created on first use, and that zod compiles once it has been used often. */
export function compiled<Schema extends z.ZodType>(make: () => Schema): () => Schema {
  let schema: Schema | undefined;
  let uses = 0;
  const compile = () => {
    if (schema !== undefined) schema = z.compile(schema);
  };
  return () => {
    schema ??= make();
    uses += 1;
    if (uses === OFTEN) inOwnTurn(compile);
    return schema;
  };
}

const waiting: (() => void)[] = [];

/** Compiling takes milliseconds, and several schemas are used equally often: each gets a turn of the event loop. */
function inOwnTurn(work: () => void): void {
  waiting.push(work);
  if (waiting.length === 1) setImmediate(next);
}

function next(): void {
  waiting[0]?.();
  waiting.shift();
  if (waiting.length > 0) setImmediate(next);
}
