import { readFile } from 'node:fs/promises';
import { parseSubnet } from '../../addresses/index.js';
import { LibcniAggregateError } from '../../errors/libcni-aggregate-error.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { asError } from '../../errors/system-error.js';
import { addRollbackErrors } from '../../errors/with-rollback-errors.js';
import {
  type AttachmentInfo,
  CNIOperator,
  capabilityArgsFromAnnotations,
  portMappingsSchema,
} from '../../operator/index.js';
import { formatSubnet } from '../addressing/overlap.js';
import type { NetworkLimits } from '../context.js';
import { Networks } from '../networks.js';
import type { ConnectRequest } from '../requests/connect-request.js';
import type { ConnectedNetwork } from '../verbs/connect.js';
import type { MemberOfNetwork } from '../verbs/disconnect.js';
import type { Adaptor, ConfCreated } from './adaptor.js';
import type {
  ConfCreateRequest,
  ConfListFilters,
  ConfListItem,
  NetworkApiResult,
  ParsedConf,
} from './conf.js';
import { podArgs } from './cri.js';
import type { ModuleFolders } from './folders.js';
import { isActive, saveActive, savedPorts, saveInactive } from './life.js';
import { matchesFilters, requireNames } from './list-filters.js';
import { apiResult, recordedResult } from './result.js';

/** Containers of the program itself, on networks that it made. */
export class NativeAdaptor implements Adaptor {
  readonly #operator: CNIOperator;
  readonly #networks: Networks;
  /** Containers that a host program has registered after its restart, by network. */
  readonly #told = new Map<string, Set<string>>();

  private constructor(operator: CNIOperator, networks: Networks) {
    this.#operator = operator;
    this.#networks = networks;
  }

  static async create(folders: ModuleFolders): Promise<NativeAdaptor> {
    const operator = await CNIOperator.create({ ...folders, watch: false });
    return new NativeAdaptor(operator, await Networks.open({ operator }));
  }

  /** Attaches the networks in order, on `eth<n>`. A failure undoes what this call has made. */
  async attach(conf: ParsedConf, limits: NetworkLimits): Promise<NetworkApiResult[]> {
    if (conf.extraNets.length === 0)
      throw new LibcniError('ERR_CONF_INVALID', 'attach: list the networks in extraNets', {
        jsonPath: '$.extraNets',
      });
    const before = await this.#attachmentsOf(conf);
    if (await isActive(conf, before)) return before.map(recordedResult);
    const made: ConnectedNetwork[] = [];
    try {
      for (const request of requestsOf(conf)) {
        await this.#requireNative(request.network ?? '');
        made.push(await this.#networks.connect(request, limits));
      }
      await saveActive(conf, made);
    } catch (error) {
      const failures = await this.#undo(conf, made);
      throw failures.length > 0 ? addRollbackErrors(asError(error), failures) : error;
    }
    return made.map((network) => apiResult(network.name, network));
  }

  /** Tries all networks, continuing after failures. */
  async detach(conf: ParsedConf, limits: NetworkLimits): Promise<void> {
    const found = await this.#attachmentsOf(conf);
    const recorded = found.map(({ network, ifName }) => ({ network, ifName }));
    const ports = savedPorts(conf);
    const unrecorded = conf.extraNets
      .map(({ name, interface: ifName }, index) => ({
        network: name,
        ifName: ifName ?? `eth${index}`,
        ...(index === 0 && { ports }),
      }))
      .filter(({ network }) => !recorded.some((one) => one.network === network));
    const errors = await this.#disconnectAll(conf, [...recorded, ...unrecorded], limits);
    for (const users of this.#told.values()) users.delete(conf.podId);
    if (errors.length > 0)
      throw new LibcniAggregateError(errors, `container ${conf.podId} is not completely detached`);
    await saveInactive(conf);
  }

  async confCreate(
    { subnet, gateway, ...request }: ConfCreateRequest,
    limits: NetworkLimits,
  ): Promise<ConfCreated> {
    if (gateway !== undefined && subnet === undefined)
      throw new LibcniError('ERR_CONF_INVALID', 'confCreate: cannot specify gateway without subnet', {
        jsonPath: '$.gateway',
        value: gateway,
      });
    const subnets = subnet === undefined ? undefined : [{ subnet: reduced(subnet), gateway }];
    const made = await this.#networks.create({ ...request, subnets, missingPlugins: 'warn' }, limits);
    return { name: made.name, warnings: made.warnings };
  }

  /** The configuration as JSON. */
  async confInspect(name: string): Promise<string> {
    return await readFile(await this.#requireNative(name), 'utf8');
  }

  async confList(filters: ConfListFilters): Promise<ConfListItem[]> {
    requireNames(filters);
    const all = (await this.#networks.list()).filter(({ isNative }) => isNative);
    const items = all.map(({ name, cniVersion: version, plugins }) => ({ name, version, plugins }));
    return items.filter((item) => matchesFilters(item, filters));
  }

  async confRm(name: string, limits: NetworkLimits): Promise<void> {
    await this.#requireNative(name);
    const told = [...(this.#told.get(name) ?? [])];
    if (told.length > 0)
      throw new LibcniError('ERR_IN_USE', `network ${name} has connected containers: ${told.join(', ')}`, {
        network: name,
        value: told,
      });
    await this.#networks.remove(name, limits);
  }

  async ready(): Promise<boolean> {
    return (await this.confList({})).length > 0;
  }

  async exist(name: string): Promise<boolean> {
    return (await this.confList({})).some((network) => network.name === name);
  }

  async containerListAdd(network: string, containerId: string): Promise<void> {
    await this.#requireNative(network);
    this.#told.set(network, (this.#told.get(network) ?? new Set()).add(containerId));
  }

  async close(): Promise<void> {
    await this.#operator[Symbol.asyncDispose]();
  }

  /** @returns the file of the network */
  async #requireNative(name: string): Promise<string> {
    const found = (await this.#networks.list()).find((network) => network.name === name && network.isNative);
    if (found) return found.file;
    throw new LibcniError('ERR_NOT_FOUND', `there is no native network ${name}`, {
      network: name,
      value: name,
    });
  }

  /** The selected networks; without `extraNets`, all networks of the container. */
  async #attachmentsOf({ podId: id, extraNets }: ParsedConf): Promise<AttachmentInfo[]> {
    const found = await this.#operator.list({ id });
    if (extraNets.length === 0) return found;
    return found.filter(({ network }) => extraNets.some(({ name }) => name === network));
  }

  async #undo(conf: ParsedConf, made: readonly ConnectedNetwork[]): Promise<Error[]> {
    const names = made.map(({ name: network, ifName }) => ({ network, ifName })).reverse();
    return await this.#disconnectAll(conf, names, {});
  }

  async #disconnectAll(
    { podId: id }: ParsedConf,
    networks: readonly Omit<MemberOfNetwork, 'id'>[],
    limits: NetworkLimits,
  ): Promise<Error[]> {
    const errors: Error[] = [];
    for (const one of networks) {
      await this.#networks
        .disconnect({ ...one, id }, limits)
        .catch((error: unknown) => errors.push(asError(error)));
    }
    return errors;
  }
}

/** Capabilities go to the first network. So does a static address, which only one network can have. */
function requestsOf(conf: ParsedConf): ConnectRequest[] {
  const { podId: id, netnsPath: netns, name, extraNets, args, annotations } = conf;
  const { IP: ip, MAC: mac } = args;
  if ((ip ?? mac) !== undefined && extraNets.length > 1) {
    const summary = 'attach: a static IP or MAC needs exactly one network';
    throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.args', value: ip ?? mac });
  }
  const { capabilityArgs } = capabilityArgsFromAnnotations(annotations);
  const { portMappings, aliases, ...others } = capabilityArgs;
  const first = {
    capabilityArgs: others,
    ports: portMappingsSchema.parse(portMappings ?? []),
    aliases: Array.isArray(aliases) ? aliases.map(String) : [],
    ...(ip?.includes(':') ? { ip6: ip } : { ip }),
    mac,
  };
  const shared = {
    id,
    netns,
    name: name || undefined,
    args: podArgs({ ...conf, args: withoutAddress(args) }),
  };
  return extraNets.map((net, index) => ({
    ...shared,
    network: net.name,
    ifName: net.interface ?? `eth${index}`,
    ...(index === 0 && first),
  }));
}

/** Passed as capabilities, so that each plugin gets what it supports. */
function withoutAddress({
  IP: _,
  MAC: __,
  ...args
}: Readonly<Record<string, string>>): Record<string, string> {
  return args;
}

function reduced(text: string): string {
  const subnet = parseSubnet(text);
  return subnet === undefined ? text : formatSubnet(subnet);
}
