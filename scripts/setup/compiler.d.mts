export function findCompiler(): string | undefined;
