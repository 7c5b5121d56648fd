/** How many containers are worked on at a time unless somebody says otherwise. */
export const CONTAINERS_AT_ONCE = 4;

/**
 * Calls `use` for each attachment, for several containers at a time. The attachments of one container follow one another,
 * as the specification wants it (section 2 "Lifecycle & Ordering"). After a rejection nothing further is begun; it is
 * passed on when what was under way has ended.
 */
export async function eachInContainerTurn<Attachment extends { readonly containerId: string }>(
  attachments: readonly Attachment[],
  atOnce: number,
  use: (attachment: Attachment, index: number) => Promise<void>,
): Promise<void> {
  const containers = byContainer(attachments);
  const pending = containers.values();
  const failures: unknown[] = [];
  const takeTurns = async () => {
    for (const turns of pending) {
      for (const [index, attachment] of turns) {
        if (failures.length > 0) return;
        await use(attachment, index).catch((error: unknown) => failures.push(error));
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, containers.length) }, takeTurns));
  if (failures.length > 0) throw failures[0];
}

type Turn<Attachment> = readonly [index: number, attachment: Attachment];

function byContainer<Attachment extends { readonly containerId: string }>(
  attachments: readonly Attachment[],
): Turn<Attachment>[][] {
  const containers = new Map<string, Turn<Attachment>[]>();
  for (const [index, attachment] of attachments.entries()) {
    const turns = containers.get(attachment.containerId) ?? [];
    containers.set(attachment.containerId, turns);
    turns.push([index, attachment]);
  }
  return [...containers.values()];
}
