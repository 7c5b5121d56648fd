import { parseCapabilities, parseCniArgs } from '../../hook/setting-texts.js';
import { parseWords } from '../usage-error.js';
import type { RequestOptions } from './request.js';

/** Parses options, or the variables of cnitool. */
export interface ParsedRequest {
  readonly ifName: string | undefined;
  readonly args: [string, string][];
  readonly capabilityArgs: Record<string, unknown>;
}

/** @throws UsageError for invalid values */
export function parseRequest(options: RequestOptions): ParsedRequest {
  const { CNI_ARGS, CAP_ARGS, CNI_IFNAME } = process.env;
  const { ports, ips, mac, capArgs = CAP_ARGS } = options;
  return parseWords(() => ({
    ifName: options.ifname ?? (CNI_IFNAME || undefined),
    args: parseCniArgs(options.cniArgs ?? CNI_ARGS),
    capabilityArgs: parseCapabilities({ capArgs, ports, ips, mac }),
  }));
}
