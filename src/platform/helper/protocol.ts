/** Numbers of the wire format; `native/PROTOCOL.md` describes it. */
export const protocolVersion = 8;
export const protocolMagic = 0x48494e43;
/** Length, type and id. */
export const headerBytes = 12;
/** The largest value of a frame's length field. */
export const frameLimit = 64 * 1024 * 1024;
export const noDeadline = 0xffffffff;
export const defaultGraceMs = 2000;
/** How long a call for a namespace may take. */
export const callLimitMs = 60_000;
export const callGraceMs = 1000;
/** The number of no lock. Releasing it changes nothing and is answered immediately. */
export const noLock = 0;
/** Node fires a longer timer immediately. */
export const longestTimerMs = 2 ** 31 - 1;

export const requestType = {
  spawn: 1,
  cancel: 2,
  netnsCreate: 3,
  netnsRemove: 4,
  netnsInspect: 5,
  loopbackUp: 6,
  lock: 7,
  unlock: 8,
} as const;

export const answerType = {
  hello: 128,
  ended: 129,
  failed: 130,
  netns: 131,
  acquired: 132,
  busy: 133,
  unlocked: 134,
} as const;

export const spawnFlag = { cwd: 1, netns: 2, dropsOutput: 4, task: 8, finishes: 16 } as const;
export const createFlag = { shareFolder: 1, restore: 2, foreignFolder: 4 } as const;
export const removeFlag = { onlyEmpty: 1 } as const;
export const loopbackFlag = { atHome: 1 } as const;
/** Properties of a namespace, as bits. */
export const netnsState = { isNetns: 1, made: 2, seenInside: 4, isOwn: 8, isFirst: 16 } as const;

/** How a run ended, in the order of the numbers on the wire. */
export const endings = ['exited', 'deadline', 'cancelled', 'output-limit'] as const;
