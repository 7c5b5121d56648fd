/** A step that cannot go on: what went wrong, what the tool printed, and what the user can do about it. */
export class SetupFailure extends Error {
  name = 'SetupFailure';

  /**
   * @param {string} message
   * @param {{ output?: string, hint?: string, packages?: readonly string[] }} [details] `packages`: what
   * the user has to install
   */
  constructor(message, { output = '', hint = '', packages = [] } = {}) {
    super(message);
    this.output = output;
    this.hint = hint;
    this.packages = packages;
  }

  /** The whole report, for a terminal. */
  toString() {
    return [this.message, this.output.trimEnd(), this.hint].filter((part) => part !== '').join('\n');
  }
}
