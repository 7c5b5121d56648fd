/** How many containers to work on at a time by default. */
export const CONTAINERS_AT_ONCE = 4;

/**
 * Calls `use` for each attachment, working on several containers at a time. The attachments of one container are
 * handled one after another, as the specification requires (section 2 "Lifecycle & Ordering"). After a rejection
 * nothing new starts; the rejection is passed on when running calls have ended.
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
