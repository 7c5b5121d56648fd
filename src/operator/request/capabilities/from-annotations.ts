import { parseAliases } from './aliases.js';
import { bandwidthFromAnnotations } from './bandwidth-annotations.js';
import { parseCgroupPath } from './cgroup-path.js';
import { CHECKPOINT_ANNOTATION, parseCheckpoint } from './checkpoint.js';
import { parseDeviceId } from './device-id.js';
import { parseDns } from './dns.js';
import { parseInfinibandGuid } from './infiniband-guid.js';
import { parseIpRanges } from './ip-ranges.js';
import { parseIps } from './ips.js';
import { parseMac } from './mac.js';
import { parsePortMappings } from './port-mappings.js';
import { type Annotations, readKey } from './read-key.js';

/** The result of {@link capabilityArgsFromAnnotations}. */
export interface CapabilityArgsFromAnnotations {
  /** Values by capability, ready for `RuntimeConf.capabilityArgs`. */
  readonly capabilityArgs: Record<string, unknown>;
  /** Warnings about annotations that were accepted, as sentences for a log. */
  readonly warnings: string[];
}

/** The annotations named after their capability; `bandwidth` combines several. */
const PARSERS = {
  portMappings: parsePortMappings,
  ipRanges: parseIpRanges,
  aliases: parseAliases,
  dns: parseDns,
  ips: parseIps,
  mac: parseMac,
  infinibandGUID: parseInfinibandGuid,
  deviceID: parseDeviceId,
  cgroupPath: parseCgroupPath,
};

/**
 * The capability arguments that annotations request. The keys are the names of the capabilities, as in CNI
 * CONVENTIONS.md and iSulad (`portMappings bandwidth ipRanges aliases dns ips`: JSON; `mac infinibandGUID deviceID
 * cgroupPath`: JSON or a bare string), and `kubernetes.io/ingress-bandwidth` and `kubernetes.io/egress-bandwidth`.
 * Other keys are ignored, and an empty array requests nothing.
 *
 * If `bandwidth` limits a direction, it overrides the `kubernetes.io` key, since it also has the burst. The spelling
 * `kubernetes.io/engress-bandwidth`, which iSulad reads, is accepted with a warning. If
 * `cri.sandbox.isulad.checkpoint` has port mappings, they replace those of `portMappings`, as in iSulad.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function capabilityArgsFromAnnotations(annotations: Annotations): CapabilityArgsFromAnnotations {
  const args = new Map<string, unknown>();
  for (const [capability, parse] of Object.entries(PARSERS)) {
    const value = readKey<unknown>(annotations, capability, parse);
    if (value !== undefined && !isEmptyList(value)) args.set(capability, value);
  }
  const { bandwidth, warnings } = bandwidthFromAnnotations(annotations);
  if (bandwidth) args.set('bandwidth', bandwidth);
  const checkpointed = readKey(annotations, CHECKPOINT_ANNOTATION, parseCheckpoint) ?? [];
  if (checkpointed.length > 0) {
    if (args.has('portMappings'))
      warnings.push(`annotation portMappings is ignored: ${CHECKPOINT_ANNOTATION} replaces it`);
    args.set('portMappings', checkpointed);
  }
  return { capabilityArgs: Object.fromEntries(args), warnings };
}

function isEmptyList(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}
