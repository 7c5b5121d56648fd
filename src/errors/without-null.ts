/** An object without its keys that are `null`: JSON has no other way to say that nothing is given. */
export function withoutNull<Given extends object>(given: Given): Given {
  if (!Object.values(given).includes(null)) return given;
  const defined = { ...given };
  for (const [key, value] of Object.entries(given)) if (value === null) Reflect.deleteProperty(defined, key);
  return defined;
}
