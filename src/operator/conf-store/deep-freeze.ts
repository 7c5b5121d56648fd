/** Freezes a value and all that it holds, however deep it is nested. */
export function deepFreeze<Value>(value: Value): Value {
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const next = waiting.pop();
    if (typeof next !== 'object' || next === null || Object.isFrozen(next)) continue;
    Object.freeze(next);
    for (const held of Object.values(next)) waiting.push(held);
  }
  return value;
}
