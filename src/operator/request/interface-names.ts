import { LibcniError } from '../../errors/libcni-error.js';
import type { AttachmentKey } from '../attachment-key.js';

/** The interface names of one namespace: given names are kept, missing ones filled in. */
export class InterfaceNames {
  readonly #taken = new Map<string, string>();
  readonly #there: readonly AttachmentKey[];

  /** @param there - attachments that already have interfaces in the namespace */
  constructor(there: readonly AttachmentKey[] = []) {
    this.#there = there;
  }

  /** @throws LibcniError `ERR_CONFLICT` if another network wants the name. Existing interfaces are not checked. */
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
   * The first free name of the form `<prefix><n>`, counting from `first`. A name that the same network already has counts as
   * free: whether the attachment exists is checked elsewhere.
   */
  takeFree(prefix: string, first: number, network: string): string {
    const isTaken = (name: string) =>
      this.#taken.has(name) || this.#there.some((one) => one.ifName === name && one.network !== network);
    let number = first;
    while (isTaken(`${prefix}${number}`)) number += 1;
    return this.take(`${prefix}${number}`, network);
  }
}
