import type { NetworkConfigList } from './conf/types.js';
import type { CniContext } from './context.js';
import { declaredCapabilities } from './plugin-stdin.js';
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

/** A DEL that is about to run. */
interface AskedDel extends Asked {
  readonly isWithoutNetns: boolean;
  /** The capability arguments in the record of the attachment. */
  readonly recordedArgs: RuntimeConf['capabilityArgs'];
}

/** Warns of everything that a DEL may misread or leave behind. */
export function warnBeforeDel(context: Pick<CniContext, 'warn'>, asked: AskedDel): void {
  warnOfAmbiguousArgs(context, asked);
  warnOfMissingArgs(context, asked);
  if (asked.isWithoutNetns) warnOfRules(context, asked);
}

/** As in Go, DEL passes on only what it is given. Plugins cannot find what they made for other arguments. */
function warnOfMissingArgs(
  { warn }: Pick<CniContext, 'warn'>,
  { list, rt, recordedArgs = {} }: AskedDel,
): void {
  const { capabilityArgs: given = {} } = rt;
  const missing = namesWithValue(recordedArgs).filter((name) => !namesWithValue(given).includes(name));
  if (missing.length === 0) return;
  const declared = new Set(list.plugins.flatMap(declaredCapabilities));
  const capabilities = missing.filter((name) => declared.has(name));
  if (capabilities.length === 0) return;
  const names = capabilities.join(', ');
  const message = `DEL of container ${rt.containerId} from network ${list.name} was given no arguments for ${names}, which ADD had: what plugins made for them may stay; pass DEL the capabilityArgs of the ADD`;
  warn({ ...warning({ list, rt }, 'CAPABILITY_ARGS_MISSING', message), capabilities });
}

function namesWithValue(args: NonNullable<RuntimeConf['capabilityArgs']>): string[] {
  return Object.entries(args)
    .filter(([, value]) => hasValue(value))
    .map(([name]) => name);
}

/** For an empty array or object, plugins make nothing. */
function hasValue(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length > 0;
  return value !== undefined && value !== null;
}

/** Warns of a list without a version. */
export function warnOfMissingVersion({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  if (list.cniVersion !== '') return;
  const message = `network ${list.name} has no cniVersion, so its results have the form of 0.1.0: ip4 and ip6 instead of interfaces and ips; set one such as 1.0.0`;
  warn(warning({ list, rt }, 'NO_CNI_VERSION', message));
}

/** Warns of masquerading rules that DEL cannot find without the addresses in the namespace. */
function warnOfRules({ warn }: Pick<CniContext, 'warn'>, { list, rt }: Asked): void {
  const plugin = list.plugins.find(({ network }) => network.ipMasq === true)?.network.type;
  if (plugin === undefined) return;
  const message = `DEL of container ${rt.containerId} from network ${list.name} has no namespace: masquerading rules of plugin ${plugin} may stay; run DEL before removing the namespace`;
  warn(warning({ list, rt }, 'RULES_MAY_STAY', message));
}

function warning({ list, rt }: Asked, code: LibcniWarning['code'], message: string): LibcniWarning {
  return { code, message, network: list.name, containerId: rt.containerId, ifName: rt.ifName };
}
