import { LibcniError } from '../../errors/libcni-error.js';
import { CNIOperator, folderSource } from '../../operator/index.js';
import type { NetworkLimits } from '../context.js';
import { isNativeFile } from '../store/read-network.js';
import type { Adaptor } from './adaptor.js';
import type { NetworkApiResult, ParsedConf } from './conf.js';
import type { ModuleFolders } from './folders.js';
import { apiResult, recordedResult } from './result.js';

/** Pods of Kubernetes, on the networks in files other than those of native networks. */
export class CriAdaptor implements Adaptor {
  readonly #operator: CNIOperator;

  private constructor(operator: CNIOperator) {
    this.#operator = operator;
  }

  static async create({ confDir, ...folders }: ModuleFolders): Promise<CriAdaptor> {
    const source = folderSource(confDir, { filter: (file) => !isNativeFile(file) });
    return new CriAdaptor(
      await CNIOperator.create({ ...folders, sources: [source], watch: true, loopback: 'helper' }),
    );
  }

  /** Loopback, then the extra networks in order, the default network last. */
  async attach(conf: ParsedConf, limits: NetworkLimits): Promise<NetworkApiResult[]> {
    const { podId: id, netnsPath: netns, defaultInterface: defaultIfName, annotations } = conf;
    this.#refuseConflicts(conf);
    const networks = networksOf(conf);
    const args = podArgs(conf);
    const request = { id, netns, networks, defaultIfName, args, annotations, order: 'cri' } as const;
    const attached = await this.#operator.attach(request, limits);
    return attached.networks.map((network) => apiResult(network.name, network));
  }

  /** One network: the one named in `conf.name`, or the default one. */
  async check(
    { podId: id, name, defaultInterface: ifName }: ParsedConf,
    limits: NetworkLimits,
  ): Promise<NetworkApiResult[]> {
    const network = name || this.#operator.snapshot().defaultNetwork?.name;
    if (network === undefined)
      throw new LibcniError('ERR_NO_CONFIGS', 'check: there is no network', { containerId: id });
    const [outcome] = await this.#operator.check({ id, networks: [{ name: network, ifName }] }, limits);
    if (outcome?.error) throw outcome.error;
    return (await this.#operator.list({ id, network, ifName })).map(recordedResult);
  }

  async detach(conf: ParsedConf, limits: NetworkLimits): Promise<void> {
    const { podId: id, netnsPath: netns, defaultInterface: defaultIfName } = conf;
    await this.#operator.detach(
      { id, netns, networks: networksOf(conf), defaultIfName, order: 'cri' },
      limits,
    );
  }

  /** Turns false when the last configuration is gone. */
  async ready(): Promise<boolean> {
    return this.#operator.snapshot().networks.length > 0;
  }

  async update(): Promise<void> {
    await this.#operator.reload();
  }

  async close(): Promise<void> {
    await this.#operator[Symbol.asyncDispose]();
  }

  /** An extra network must exist, and must not be the default one, which is attached anyway. */
  #refuseConflicts({ extraNets, defaultInterface }: ParsedConf): void {
    const { networks, defaultNetwork } = this.#operator.snapshot();
    const extra = extraNets.filter((net) => net.interface !== defaultInterface);
    const bad = extra.findIndex(
      ({ name }) => name === defaultNetwork?.name || !networks.some((one) => one.name === name),
    );
    const { name } = extra[bad] ?? {};
    if (name === undefined) return;
    const isDefault = name === defaultNetwork?.name;
    const why = isDefault ? 'is the default network, which is attached anyway' : 'is not configured';
    const details = {
      network: name,
      value: name,
      jsonPath: `$.extraNets[${extraNets.findIndex((net) => net.name === name)}].name`,
    };
    throw new LibcniError(
      isDefault ? 'ERR_CONFLICT' : 'ERR_NOT_FOUND',
      `attach: network ${name} ${why}`,
      details,
    );
  }
}

function networksOf({ extraNets }: ParsedConf) {
  return extraNets.map(({ name, interface: ifName }) => ({ name, ifName }));
}

/** The arguments that identify a pod to plugins. */
export function podArgs({ podId, name, ns, args }: ParsedConf): [string, string][] {
  const known: Record<string, string> = {
    IgnoreUnknown: '1',
    ...((ns ?? name) && { K8S_POD_NAMESPACE: ns ?? name ?? '' }),
    ...(name && { K8S_POD_NAME: name }),
    K8S_POD_INFRA_CONTAINER_ID: podId,
    ...args,
  };
  return Object.entries(known);
}
