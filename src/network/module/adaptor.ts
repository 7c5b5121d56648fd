import type { NetworkLimits } from '../context.js';
import type {
  ConfCreateRequest,
  ConfListFilters,
  ConfListItem,
  NetworkApiResult,
  ParsedConf,
} from './conf.js';

/** The result of `confCreate`. */
export interface ConfCreated {
  readonly name: string;
  /** For example that a plugin is not installed; like iSulad, the network is created anyway. */
  readonly warnings: readonly string[];
}

/** The functions of a type of iSulad's networks; unsupported functions are absent. */
export interface Adaptor {
  attach(conf: ParsedConf, limits: NetworkLimits): Promise<NetworkApiResult[]>;
  check?(conf: ParsedConf, limits: NetworkLimits): Promise<NetworkApiResult[]>;
  detach(conf: ParsedConf, limits: NetworkLimits): Promise<void>;
  confCreate?(request: ConfCreateRequest, limits: NetworkLimits): Promise<ConfCreated>;
  confInspect?(name: string): Promise<string>;
  confList?(filters: ConfListFilters): Promise<ConfListItem[]>;
  confRm?(name: string, limits: NetworkLimits): Promise<void>;
  ready(): Promise<boolean>;
  update?(): Promise<void>;
  exist?(name: string): Promise<boolean>;
  containerListAdd?(network: string, containerId: string): Promise<void>;
  close(): Promise<void>;
}
