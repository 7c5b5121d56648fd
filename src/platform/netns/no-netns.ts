/** Says that no network namespace is at a path. @param isOccupied - whether something else is there */
export function noNetnsAt(path: string, isOccupied: boolean): string {
  const what = isOccupied ? 'something else is there' : 'nothing is there';
  return `there is no network namespace at ${JSON.stringify(path)}: ${what}`;
}
