import type {
  CachedConfig,
  NetworkAttachment,
  NetworkConfigList,
  PluginConf,
  PluginConfig,
  RuntimeConf,
} from '../../../src/index.js';
import type { Request } from './protocol.js';

// The same values as the oracle shows them: absent fields are empty, strings are in base64.

export function bytesOf({ bytes = '' }: Request): Buffer {
  return Buffer.from(bytes, 'base64');
}

export function viewList({ plugins, bytes, ...list }: NetworkConfigList) {
  return { ...list, plugins: plugins.map(viewPlugin), bytes: toBase64(bytes) };
}

export function viewPlugin({ network, bytes }: PluginConfig) {
  return { network: viewNetwork(network), bytes: toBase64(bytes) };
}

function viewNetwork(network: PluginConf) {
  const { cniVersion, name, type, capabilities, ipam, dns, prevResult } = network;
  const declared = Object.entries(capabilities ?? {}).map(([key, value]) => [key, value ?? false]);
  return {
    cniVersion: cniVersion ?? '',
    name: name ?? '',
    type,
    capabilities: Object.fromEntries(declared),
    ipamType: ipam?.type ?? '',
    nameservers: texts(dns?.nameservers),
    domain: dns?.domain ?? '',
    search: texts(dns?.search),
    options: texts(dns?.options),
    prevResult: prevResult ?? null,
    validAttachments: viewValid(network['cni.dev/valid-attachments']),
  };
}

function texts(values: readonly (string | null)[] | null | undefined): string[] {
  return (values ?? []).map((value) => value ?? '');
}

function viewValid(attachments: unknown) {
  if (!Array.isArray(attachments)) return [];
  return attachments.map((attachment: { containerID?: string | null; ifname?: string | null } | null) => ({
    containerId: attachment?.containerID ?? '',
    ifName: attachment?.ifname ?? '',
  }));
}

export function viewCachedConfig(cached: CachedConfig | undefined) {
  return cached && { config: toBase64(cached.config), rt: viewRuntime(cached.rt) };
}

function viewRuntime({ containerId, netns, ifName, args = [], capabilityArgs = {} }: RuntimeConf) {
  return { containerId, netns, ifName, args, capabilityArgs };
}

export function viewAttachment({ cniArgs = [], capabilityArgs = {}, ...attachment }: NetworkAttachment) {
  return { ...attachment, config: toBase64(attachment.config), cniArgs, capabilityArgs };
}

function toBase64(text: string): string {
  return Buffer.from(text).toString('base64');
}
