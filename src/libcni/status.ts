// Port of GetStatusNetworkList in Go's libcni/api.go.
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { validateNetworkName } from './names.js';
import { Operation, type VerbOptions } from './operation.js';
import { type StdinWriter, stdinWriter } from './plugin-stdin.js';
import { VerbRun } from './verb-run.js';
import { isAtLeast } from './version.js';

/** Runs STATUS for every plugin of a list, up to the first that is not ready. Versions before 1.1.0 have no STATUS. */
export async function getStatusNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  options: VerbOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  operation.next();
  const stdinFor = prepareStatus(list);
  if (stdinFor === undefined) return;
  const verbRun = new VerbRun({ context, operation, verb: 'STATUS', network: list.name });
  for (const plugin of list.plugins) await verbRun.run(plugin, await stdinFor(plugin));
}

/**
 * What STATUS passes to plugins; `undefined` for a version without STATUS.
 *
 * @throws LibcniError if it cannot start
 */
export function prepareStatus(list: NetworkConfigList): StdinWriter | undefined {
  validateNetworkName(list.name);
  return isAtLeast(list.cniVersion, '1.1.0') ? stdinWriter(list) : undefined;
}
