/** A record such as a control plane keeps: small live objects that point to others. */
interface HeapRecord {
  readonly id: number;
  readonly name: string;
  readonly labels: readonly { readonly key: string; readonly value: number }[];
}

/** Fills the heap to a size in MiB. The caller keeps the returned objects alive. */
export function fillHeap(mebibytes: number): HeapRecord[][] {
  const chunks: HeapRecord[][] = [];
  while (process.memoryUsage().heapUsed < mebibytes * 1024 * 1024) {
    chunks.push(Array.from({ length: 10_000 }, (_, index) => newRecord(chunks.length * 10_000 + index)));
  }
  return chunks;
}

function newRecord(id: number): HeapRecord {
  return { id, name: `container-${id}`, labels: [{ key: `label-${id}`, value: id }] };
}
