import type { CreateNetworkRequest } from '../../network/index.js';
import { warn } from '../failure.js';
import { limitsOf } from '../options/limits.js';
import { printJson } from '../output/json.js';
import { withProgress } from '../output/progress.js';
import { printLine } from '../output/table.js';
import type { NetworkCreateOptions } from './options.js';
import { pairs } from './pairs.js';
import { subnetsOf } from './subnets.js';
import { withNetworks } from './with-networks.js';

/** Creates a network and prints its name. */
export async function create(name: string | undefined, options: NetworkCreateOptions): Promise<void> {
  const made = await withNetworks(options, (networks) =>
    withProgress('creating a network', networks.create(requestOf(name, options), limitsOf(options))),
  );
  for (const warning of made.warnings) warn(warning);
  if (options.json) printJson(made);
  else printLine(made.name);
}

function requestOf(name: string | undefined, options: NetworkCreateOptions): CreateNetworkRequest {
  const { driver, ipv6, internal, isolate, bridge, parent, mode, mtu, vlan, ignoreExists } = options;
  return {
    name,
    driver,
    ipv6,
    internal,
    isolate,
    bridge,
    parent,
    mode,
    mtu,
    vlan,
    ignoreExists,
    subnets: subnetsOf(options),
    ipam: options.ipam,
    ...(!options.masq && { ipMasq: false }),
    ...(!options.dns && { dns: false }),
    labels: pairs('--label', options.label),
    options: pairs('--opt', options.opt),
  };
}
