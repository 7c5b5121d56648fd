import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { ambiguousArgs, type RuntimeConf } from './runtime-conf.js';
import type { LibcniWarning } from './warning.js';

/** The network and attachment of a verb. */
interface Asked {
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
}

/** Warns of arguments that plugins will misread, which are passed on anyway. */
export function warnOfAmbiguousArgs({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  const pairs = ambiguousArgs(rt.args).map((pair) => JSON.stringify(pair.join('=')));
  if (pairs.length === 0) return;
  const message = `arguments that plugins will misread are passed on as they are: ${pairs.join(', ')}`;
  warn(warning({ list, rt }, 'AMBIGUOUS_ARGS', message));
}

/** Warns of a list without a version. */
export function warnOfMissingVersion({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  if (list.cniVersion !== '') return;
  const message = `network ${list.name} has no cniVersion, so its results have the form of 0.1.0: ip4 and ip6 instead of interfaces and ips; set one such as 1.0.0`;
  warn(warning({ list, rt }, 'NO_CNI_VERSION', message));
}

/** Warns of masquerading rules that DEL cannot find without the addresses in the namespace. */
export function warnOfRules({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  const plugin = list.plugins.find(({ network }) => network.ipMasq === true)?.network.type;
  if (plugin === undefined) return;
  const message = `DEL of container ${rt.containerId} from network ${list.name} has no namespace: masquerading rules of plugin ${plugin} may stay; run DEL before removing the namespace`;
  warn(warning({ list, rt }, 'RULES_MAY_STAY', message));
}

function warning({ list, rt }: Asked, code: LibcniWarning['code'], message: string): LibcniWarning {
  return { code, message, network: list.name, containerId: rt.containerId, ifName: rt.ifName };
}
