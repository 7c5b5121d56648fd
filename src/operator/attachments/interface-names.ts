import { LibcniError } from '../../errors/libcni-error.js';

/** The interface names of one namespace: given ones are taken as they are, missing ones filled in. */
export class InterfaceNames {
  readonly #taken = new Map<string, string>();

  /** @throws LibcniError `ERR_CONFLICT` where the name is taken by another network. */
  take(ifName: string, network: string): string {
    const owner = this.#taken.get(ifName);
    if (owner !== undefined) {
      const summary = `interface ${ifName} is wanted by network ${owner} and by network ${network}`;
      throw new LibcniError('ERR_CONFLICT', summary, { value: ifName, network });
    }
    this.#taken.set(ifName, network);
    return ifName;
  }

  /** The first free name of the form `<prefix><n>`, counting from `first`. */
  takeFree(prefix: string, first: number, network: string): string {
    let number = first;
    while (this.#taken.has(`${prefix}${number}`)) number += 1;
    return this.take(`${prefix}${number}`, network);
  }
}
