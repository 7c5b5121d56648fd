// Port of GetStatusNetworkList in Go's libcni/api.go.
import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { validateNetworkName } from './names.js';
import { Operation, type VerbOptions } from './operation.js';
import { pluginStdin } from './plugin-stdin.js';
import { runPlugin } from './run-plugin.js';
import { isAtLeast } from './version.js';

/** Runs STATUS for every plugin of a list, to the first that is not ready. Versions before 1.1.0 have none. */
export async function getStatusNetworkList(
  context: CniContext,
  list: NetworkConfigList,
  options: VerbOptions = {},
): Promise<void> {
  const operation = new Operation(options);
  validateNetworkName(list.name);
  if (!isAtLeast(list.cniVersion, '1.1.0')) return;
  for (const plugin of list.plugins) {
    const stdin = pluginStdin(plugin, list);
    await runPlugin(context, { verb: 'STATUS', plugin, network: list.name, stdin }, operation);
  }
}
