const NOBODY = 65534;

/** Runs something without the privileges of root, who can open every file. */
export async function asNobody<Value>(run: () => Promise<Value>): Promise<Value> {
  if (process.geteuid?.() !== 0) return await run();
  process.seteuid?.(NOBODY);
  try {
    return await run();
  } finally {
    process.seteuid?.(0);
  }
}
