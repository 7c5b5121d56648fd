import type { ConfStore } from './conf-store.js';
import { describeProblem } from './describe-problem.js';

/** Why there is no default network, in a form that a person can act on. */
export function whyNoDefault(store: ConfStore): string {
  const { namedDefault, problems, sourceNames } = store;
  const names = store.snapshot().networks.map(({ name }) => name);
  const wanted = namedDefault === undefined ? 'default network' : `default network ${namedDefault}`;
  const where = `no ${wanted} among the configurations in ${sourceNames}`;
  const others = names.length === 0 ? '' : ` (there are ${names.join(', ')})`;
  if (problems.length > 0) return `${where}${others}: ${problems.map(describeProblem).join('; ')}`;
  if (names.length > 0) return `${where}${others}`;
  const [missing] = store.missingFolders;
  const found = missing === undefined ? 'there is no usable file' : `the folder ${missing} does not exist`;
  return `${where}: ${found}; has the network provider been started?`;
}
