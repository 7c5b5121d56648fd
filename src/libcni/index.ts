export type { AddOptions } from './add.js';
export type { NetworkAttachment } from './cache/attachments.js';
export { DEFAULT_CACHE_DIR } from './cache/cache-path.js';
export type { CachedConfig } from './cache/read-cache.js';
export type {
  BandwidthArg,
  CapabilityArgs,
  DnsArg,
  IpRangeArg,
  KnownCapabilityArgs,
  PortMappingArg,
} from './capability-args.js';
export type { CheckOptions } from './check.js';
export { CNIConfig, type CNIConfigEvents } from './cni-config.js';
export type { CNIConfigOptions } from './cni-config-options.js';
export { confFiles } from './conf/conf-files.js';
export { networkConf } from './conf/conf-from-object.js';
export { injectConf } from './conf/inject-conf.js';
export { loadConf, loadNetworkConf } from './conf/load-conf.js';
export { networkConfFromBytes, networkConfFromFile } from './conf/network-conf.js';
export {
  type ConfPlace,
  networkPluginConfFromBytes,
  networkPluginConfsFromFiles,
} from './conf/plugin-conf.js';
export { confFromBytes, confFromFile, confListFromConf } from './conf/single-conf.js';
export type { NetworkConf, NetworkConfigList, PluginConf, PluginConfig } from './conf/types.js';
export type { DelOptions } from './del.js';
export { findInPath } from './exec/find-in-path.js';
export { HelperExec } from './exec/helper-exec.js';
export { ProcessExec } from './exec/process-exec.js';
export type { TraceContext } from './exec/trace-context.js';
export type { PluginTrace } from './exec/trace-plugin-run.js';
export type { Exec, ExecOptions } from './exec/types.js';
export type { GcArgs, GcAttachment, GcOptions, GcReport } from './gc.js';
export type { JsonObject } from './json/parse-json.js';
export { validateContainerId, validateInterfaceName, validateNetworkName } from './names.js';
export type { VerbOptions } from './operation.js';
export type { PlannedRun } from './plan.js';
export { addressesOf, type ResultAddress } from './result/addresses.js';
export { convertResult } from './result/convert.js';
export { createResult } from './result/create-result.js';
export { resultSchema020 } from './result/schema-020.js';
export { resultSchema040 } from './result/schema-040.js';
export { resultSchema100 } from './result/schema-100.js';
export type {
  Dns,
  Interface,
  Interface100,
  IpConfig,
  IpConfig020,
  IpConfig040,
  Result,
  Result020,
  Result040,
  Result100,
  ResultOf,
  Route,
} from './result/types.js';
export type { RollbackOptions } from './rollback.js';
export type { RuntimeConf } from './runtime-conf.js';
export { type CniVersion, CURRENT_VERSION, SUPPORTED_VERSIONS } from './version.js';
export type { PluginInfo } from './version-info.js';
export type { LibcniWarning } from './warning.js';
