export declare const leastFulfilled: Readonly<Record<string, number>>;
export function findShortcomings(run: {
  readonly cases: number;
  readonly seconds: number;
  readonly fulfilled: Readonly<Record<string, number>>;
}): string[];
export function differencesIn(text: string): string[];
