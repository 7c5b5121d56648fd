import { parseArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { listSchema } from '../../libcni/conf/conf-fields.js';
import { networkConfFrom } from '../../libcni/conf/conf-from-object.js';
import type { NetworkConf, NetworkConfigList } from '../../libcni/conf/types.js';
import type { ConfSource } from './conf-source.js';

/** A network as an object: plain JSON, or a list that the program has loaded or made. */
export type NetworkInput = NetworkConf | NetworkConfigList;

/**
 * The source of networks passed as objects. It never changes.
 *
 * @throws LibcniError `ERR_CONF_INVALID` for an invalid network, `ERR_CONFLICT` for two of the same name.
 */
export function objectSource(given: readonly NetworkInput[]): ConfSource & { readonly names: string[] } {
  const lists = given.map((network: NetworkInput, index) => listOf(network, `networks[${index}]`));
  const names = lists.map(({ name }) => name);
  refuseDoubles(names);
  return { name: 'networks', names, list: async () => ({ networks: lists.map((list) => ({ list })) }) };
}

function listOf(network: NetworkInput, place: string): NetworkConfigList {
  if (!isList(network)) return networkConfFrom(network, place);
  parseArgument(listSchema(), network, place);
  // The store freezes its networks, so it must not hold the program's own object.
  return structuredClone(network);
}

function isList(network: NetworkInput): network is NetworkConfigList {
  return typeof network === 'object' && network !== null && typeof network.bytes === 'string';
}

function refuseDoubles(names: readonly string[]): void {
  for (const [index, name] of names.entries()) {
    const first = names.indexOf(name);
    if (first === index) continue;
    const summary = `networks[${index}] has the same name as networks[${first}], ${name}; give it another one`;
    throw new LibcniError('ERR_CONFLICT', summary, { value: name, network: name });
  }
}
