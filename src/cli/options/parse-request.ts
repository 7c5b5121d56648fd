import { parseCapabilities, parseCniArgs } from '../../hook/setting-texts.js';
import { parseWords } from '../usage-error.js';
import type { RequestOptions } from './request.js';

/** The texts of options, or of the variables of cnitool, as values. */
export interface ParsedRequest {
  readonly ifName: string | undefined;
  readonly args: [string, string][];
  readonly capabilityArgs: Record<string, unknown>;
}

/** @throws UsageError for what cannot be understood */
export function parseRequest(options: RequestOptions): ParsedRequest {
  const { CNI_ARGS, CAP_ARGS, CNI_IFNAME } = process.env;
  const { ports, ips, mac, capArgs = CAP_ARGS } = options;
  return parseWords(() => ({
    ifName: options.ifname ?? (CNI_IFNAME || undefined),
    args: parseCniArgs(options.cniArgs ?? CNI_ARGS),
    capabilityArgs: parseCapabilities({ capArgs, ports, ips, mac }),
  }));
}
