/** One thing that the doctor has looked at. */
export interface Finding {
  /** What was looked at: `kernel`, `rights`, `plugins`, `host`, `configuration`, `leftovers`. */
  readonly area: string;
  /** `wrong` keeps something from working, `note` may be meant, `ok` is in order. */
  readonly level: 'ok' | 'note' | 'wrong';
  /** The thing, for example `macvlan`. */
  readonly subject: string;
  readonly message: string;
  /** What to do about it. */
  readonly todo?: string | undefined;
}

/** Findings of one area, made short. */
export function findingsOf(area: string) {
  return {
    ok: (subject: string, message: string): Finding => ({ area, level: 'ok', subject, message }),
    note: (subject: string, message: string, todo?: string): Finding => {
      return { area, level: 'note', subject, message, todo };
    },
    wrong: (subject: string, message: string, todo?: string): Finding => {
      return { area, level: 'wrong', subject, message, todo };
    },
  };
}
