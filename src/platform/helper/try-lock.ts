import { decodeAcquired, decodeBusy, decodeFailed } from './decode.js';
import { encodeCall, encodeUnlock } from './encode.js';
import type { Frame } from './frame-decoder.js';
import type { HelperProcess } from './helper-process.js';
import { answerType, callLimitMs, requestType } from './protocol.js';
import { dueAfter } from './watchdog.js';

/** Who holds a lock: a helper with its client, or a helper that was killed or has lost its client. */
export type LockHolder = 'living' | 'left';

/** Takes the lock of the file at an absolute path and returns a function that releases it, or says who holds it. */
export async function tryLock(
  helper: HelperProcess,
  path: string,
): Promise<(() => Promise<void>) | LockHolder> {
  const lock = await new Promise<number | LockHolder>((settle, reject) => {
    helper.request((id) => encodeCall(id, { type: requestType.lock, path }), {
      dueAt: dueAfter(callLimitMs),
      answer: (frame) => answerLock(frame, settle, reject),
      fail: reject,
    });
  });
  if (typeof lock === 'string') return lock;
  let released: Promise<void> | undefined;
  return () => {
    released ??= unlock(helper, lock);
    return released;
  };
}

function answerLock(
  { type, body }: Frame,
  settle: (lock: number | LockHolder) => void,
  reject: (error: Error) => void,
): void {
  if (type === answerType.acquired) settle(decodeAcquired(body));
  else if (type === answerType.busy) settle(decodeBusy(body) ? 'left' : 'living');
  else if (type === answerType.failed) reject(decodeFailed(body));
  else throw new RangeError(`an answer of type ${type}`);
}

/** A helper that has ended holds no lock, and one that is ending releases them all. Neither is a failure. */
function unlock(helper: HelperProcess, lock: number): Promise<void> {
  return new Promise((settle) => {
    helper.request((id) => encodeUnlock(id, lock), {
      dueAt: dueAfter(callLimitMs),
      answer: ({ type }) => {
        if (type !== answerType.unlocked) throw new RangeError(`lock ${lock} is not known to the helper`);
        settle();
      },
      fail: () => settle(),
    });
  });
}
