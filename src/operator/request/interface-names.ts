import { LibcniError } from '../../errors/libcni-error.js';
import type { AttachmentKey } from '../attachment-key.js';

/** The interface names of one namespace: given ones are taken as they are, missing ones filled in. */
export class InterfaceNames {
  readonly #taken = new Map<string, string>();
  readonly #there: readonly AttachmentKey[];

  /** @param there - attachments that have interfaces in the namespace already */
  constructor(there: readonly AttachmentKey[] = []) {
    this.#there = there;
  }

  /** @throws LibcniError `ERR_CONFLICT` where another network wants the name. Who has it already is not looked at. */
  take(ifName: string, network: string): string {
    const owner = this.#taken.get(ifName);
    if (owner !== undefined) {
      const summary = `interface ${ifName} is wanted by network ${owner} and by network ${network}`;
      throw new LibcniError('ERR_CONFLICT', summary, { value: ifName, network });
    }
    this.#taken.set(ifName, network);
    return ifName;
  }

  /**
   * The first free name of the form `<prefix><n>`, counting from `first`. What the same network has already is as good as
   * free: that the attachment exists is for others to say.
   */
  takeFree(prefix: string, first: number, network: string): string {
    const isTaken = (name: string) =>
      this.#taken.has(name) || this.#there.some((one) => one.ifName === name && one.network !== network);
    let number = first;
    while (isTaken(`${prefix}${number}`)) number += 1;
    return this.take(`${prefix}${number}`, network);
  }
}
