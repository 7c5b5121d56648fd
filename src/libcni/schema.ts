/** One thing that is wrong with a value. */
export interface SchemaIssue {
  /** What is wrong. */
  readonly message: string;
  /** Where in the value, as keys and indexes from its top; empty for the value as a whole. */
  readonly path: readonly PropertyKey[];
}

/** Why a value was refused. */
export interface SchemaError extends Error {
  /** At least one. */
  readonly issues: readonly SchemaIssue[];
}

/** What {@link Schema.safeParse} gives. */
export type SchemaOutcome<Output> =
  | { readonly success: true; readonly data: Output }
  | { readonly success: false; readonly error: SchemaError };

/** A check of a value that comes from elsewhere, which also brings it into its canonical form. */
export interface Schema<Output> {
  /**
   * The value in its canonical form.
   *
   * @throws SchemaError
   */
  parse(value: unknown): Output;
  /** The same, with the refusal as an outcome. */
  safeParse(value: unknown): SchemaOutcome<Output>;
}

/** A schema with nothing to it but what {@link Schema} promises, whatever library made it. */
export function asSchema<Output>(made: Schema<Output>): Schema<Output> {
  return { parse: (value) => made.parse(value), safeParse: (value) => made.safeParse(value) };
}
