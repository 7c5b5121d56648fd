import type { NetworkLimits } from '../context.js';
import type {
  ConfCreateRequest,
  ConfListFilters,
  ConfListItem,
  NetworkApiResult,
  ParsedConf,
} from './conf.js';

/** What was made with `confCreate`. */
export interface ConfCreated {
  readonly name: string;
  /** For example that a plugin is not installed, which iSulad makes the network without. */
  readonly warnings: readonly string[];
}

/** What a type of iSulad's networks can do; what it cannot is missing. */
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
