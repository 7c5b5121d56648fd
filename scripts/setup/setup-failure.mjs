/** A step that cannot go on: what went wrong, what the tool printed, and what the reader can do about it. */
export class SetupFailure extends Error {
  name = 'SetupFailure';

  /**
   * @param {string} message
   * @param {{ output?: string, hint?: string }} [details]
   */
  constructor(message, { output = '', hint = '' } = {}) {
    super(message);
    this.output = output;
    this.hint = hint;
  }

  /** The whole report, for a terminal. */
  toString() {
    return [this.message, this.output.trimEnd(), this.hint].filter((part) => part !== '').join('\n');
  }
}
