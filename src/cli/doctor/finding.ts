/** One finding of the doctor. */
export interface Finding {
  /** The area: `kernel`, `rights`, `plugins`, `host`, `configuration`, `leftovers`. */
  readonly area: string;
  /** `wrong`: something cannot work; `note`: may be intended; `ok`: fine. */
  readonly level: 'ok' | 'note' | 'wrong';
  /** The thing, for example `macvlan`. */
  readonly subject: string;
  readonly message: string;
  /** What to do about it. */
  readonly todo?: string | undefined;
}

/** Makes findings of one area. */
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
