export function findShortcomings(run: { readonly cases: number; readonly seconds: number }): string[];
export function differencesIn(text: string): string[];
