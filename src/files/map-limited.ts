/** Maps items to values, in order, working on at most `limit` of them at a time. */
export async function mapLimited<Item, Value>(
  items: readonly Item[],
  limit: number,
  map: (item: Item) => Promise<Value>,
): Promise<Value[]> {
  const values = new Array<Value>(items.length);
  const queue = items.entries();
  const work = async () => {
    for (const [index, item] of queue) values[index] = await map(item);
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, work));
  return values;
}
