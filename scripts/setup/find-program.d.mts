/** The path of a program of the system; `undefined` where it is not installed. */
export function findProgram(name: string): string | undefined;
