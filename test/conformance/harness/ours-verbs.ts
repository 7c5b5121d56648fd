import {
  CNIConfig,
  confFromBytes,
  type NetworkConfigList,
  networkConfFromBytes,
  type PluginConfig,
  type RuntimeConf,
} from '../../../src/index.js';
import type { Request } from './protocol.js';
import { bytesOf, viewAttachment, viewCachedConfig } from './views.js';

/** The operations on plugins and on the cache. */
export const verbOperations = {
  add: onConf({
    list: (cni, list, { rt, trace }) => cni.addNetworkList(list, rt, { rollback: false, trace }),
    single: (cni, plugin, { rt, trace }) => cni.addNetwork(plugin, rt, { rollback: false, trace }),
  }),
  check: onConf({
    list: (cni, list, { rt, trace }) => cni.checkNetworkList(list, rt, { trace }),
    single: (cni, plugin, { rt, trace }) => cni.checkNetwork(plugin, rt, { trace }),
  }),
  del: onConf({
    list: (cni, list, { rt, trace }) => cni.delNetworkList(list, rt, { trace }),
    single: (cni, plugin, { rt, trace }) => cni.delNetwork(plugin, rt, { trace }),
  }),
  validate: onConf({
    list: (cni, list, { trace }) => cni.validateNetworkList(list, { trace }),
    single: (cni, plugin, { trace }) => cni.validateNetwork(plugin, { trace }),
  }),
  'cached-result': onConf({
    list: (cni, list, { rt }) => cni.getNetworkListCachedResult(list, rt),
    single: (cni, plugin, { rt }) => cni.getNetworkCachedResult(plugin, rt),
  }),
  'cached-config': onConf({
    list: async (cni, list, { rt }) => viewCachedConfig(await cni.getNetworkListCachedConfig(list, rt)),
    single: async (cni, plugin, { rt }) => viewCachedConfig(await cni.getNetworkCachedConfig(plugin, rt)),
  }),
  gc: async (request: Request) => {
    const list = networkConfFromBytes(bytesOf(request));
    // The reference accepts a call without arguments, which the types here forbid.
    await Reflect.apply(CNIConfig.prototype.gcNetworkList, open(request), [
      list,
      request.gc,
      // The reference removes one container after another, and the order of calls is compared.
      { trace: request.trace, concurrency: 1 },
    ]);
  },
  status: async (request: Request) => {
    const list = networkConfFromBytes(bytesOf(request));
    await open(request).getStatusNetworkList(list, { trace: request.trace });
  },
  version: async (request: Request) =>
    await open(request).getVersionInfo(request.plugin ?? '', { trace: request.trace }),
  attachments: async (request: Request) =>
    (await open(request).getCachedAttachments(request.rt?.containerId)).map(viewAttachment),
};

type Given = Pick<Request, 'trace'> & { readonly rt: RuntimeConf };

interface OnConf {
  readonly list: (cni: CNIConfig, list: NetworkConfigList, given: Given) => Promise<unknown>;
  readonly single: (cni: CNIConfig, plugin: PluginConfig, given: Given) => Promise<unknown>;
}

function onConf({ list, single }: OnConf): (request: Request) => Promise<unknown> {
  return async (request) => {
    const { rt = { containerId: '', netns: '', ifName: '' }, trace } = request;
    const given = { rt, ...(trace && { trace }) };
    const bytes = bytesOf(request);
    return request.single
      ? await single(open(request), confFromBytes(bytes), given)
      : await list(open(request), networkConfFromBytes(bytes), given);
  };
}

function open({ path = [], cacheDir }: Request): CNIConfig {
  return new CNIConfig({ path, cacheDir });
}
