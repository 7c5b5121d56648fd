export function isFresh(output: string, sources: readonly string[]): boolean;
export function makeDated(output: string, make: () => void): void;
