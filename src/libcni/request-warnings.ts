import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { ambiguousArgs, type RuntimeConf } from './runtime-conf.js';
import type { LibcniWarning } from './warning.js';

/** What a verb is about. */
interface Asked {
  readonly list: NetworkConfigList;
  readonly rt: RuntimeConf;
}

/** Warns of arguments that plugins read back as others, where they are handed on nevertheless. */
export function warnOfAmbiguousArgs({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  const pairs = ambiguousArgs(rt.args).map((pair) => JSON.stringify(pair.join('=')));
  if (pairs.length === 0) return;
  const message = `arguments that plugins will read back as others are handed on as they are: ${pairs.join(', ')}`;
  warn(warning({ list, rt }, 'AMBIGUOUS_ARGS', message));
}

/** Warns of a list that names no version. */
export function warnOfMissingVersion({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  if (list.cniVersion !== '') return;
  const message = `network ${list.name} names no cniVersion, so its results have the form of 0.1.0: ip4 and ip6 in place of interfaces and ips; name one such as 1.0.0`;
  warn(warning({ list, rt }, 'NO_CNI_VERSION', message));
}

/** Warns of rules for masquerading that DEL cannot find without the addresses in the namespace. */
export function warnOfRules({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  const plugin = list.plugins.find(({ network }) => network.ipMasq === true)?.network.type;
  if (rt.netns !== '' || plugin === undefined) return;
  const message = `DEL of container ${rt.containerId} from network ${list.name} has no namespace: rules for masquerading of plugin ${plugin} may stay; run DEL first, and remove the namespace after it`;
  warn(warning({ list, rt }, 'RULES_MAY_STAY', message));
}

function warning({ list, rt }: Asked, code: LibcniWarning['code'], message: string): LibcniWarning {
  return { code, message, network: list.name, containerId: rt.containerId, ifName: rt.ifName };
}
