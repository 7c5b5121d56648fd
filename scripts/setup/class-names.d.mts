/** Gives each class in bundled code the name that it has in its source. */
export function withOwnClassNames(code: string): string;
