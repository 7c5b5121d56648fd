import { resolve } from 'node:path';
import * as z from 'zod';
import { lazy } from '../arguments/lazy.js';
import { parseJsonArgument } from '../arguments/parse-argument.js';
import { LibcniAggregateError } from '../errors/libcni-aggregate-error.js';
import { LibcniError } from '../errors/libcni-error.js';
import { asError } from '../errors/system-error.js';
import type { NetworkLimits } from './context.js';
import type { Adaptor, ConfCreated } from './module/adaptor.js';
import {
  type ConfCreateRequest,
  type ConfListFilters,
  type ConfListItem,
  confField,
  createField,
  filtersField,
  type NetworkApiConf,
  type NetworkApiResult,
  type NetworkType,
  type ParsedConf,
  typeField,
} from './module/conf.js';
import { CriAdaptor } from './module/cri.js';
import { insertAnnotation } from './module/insert.js';
import { NativeAdaptor } from './module/native.js';
import { containerIdField, limitsSchema, networkNameField } from './requests/fields.js';

/** The folders of iSulad's network module. */
export interface NetworkModuleOptions {
  /** `cni`. If empty or left out, there is no type `cri`. @default none */
  readonly networkPlugin?: string | undefined;
  /** @default /var/lib/cni */
  readonly cacheDir?: string | undefined;
  /** @default /etc/cni/net.d */
  readonly confDir?: string | undefined;
  /** The plugin folders, separated by `;`, `,` or `:`, or as an array. @default /opt/cni/bin */
  readonly binPath?: string | readonly string[] | undefined;
}

const optionsSchema = lazy(() =>
  z
    .strictObject({
      networkPlugin: z.enum(['', 'cni'], { error: "must be cni, or '' for none" }).default(''),
      cacheDir: z.string().default('/var/lib/cni'),
      confDir: z.string().default('/etc/cni/net.d'),
      binPath: z.union([z.string(), z.array(z.string())]).default('/opt/cni/bin'),
    })
    .prefault({}),
);

interface ModuleCall {
  readonly call: string;
  readonly type: NetworkType;
  readonly conf: NetworkApiConf;
  readonly limits: NetworkLimits | undefined;
}

/**
 * The network module of iSulad: its functions, for networks of the types `native` and `cri`. A function that a type does
 * not have fails with `ERR_UNSUPPORTED`. `docs/isulad.md` says for each function what is the same, and what was fixed.
 */
export class NetworkModule implements AsyncDisposable {
  readonly #adaptors: Readonly<Record<NetworkType, Adaptor | undefined>>;

  private constructor(adaptors: Readonly<Record<NetworkType, Adaptor | undefined>>) {
    this.#adaptors = adaptors;
  }

  /** Reads the configurations of both types. @throws LibcniError `ERR_CONF_INVALID`, `ERR_HELPER` */
  static async init(options: NetworkModuleOptions = {}): Promise<NetworkModule> {
    const { networkPlugin, cacheDir, confDir, binPath } = parseJsonArgument(
      optionsSchema(),
      options,
      'init: options',
    );
    const binDirs = typeof binPath === 'string' ? binPath.split(/[;,:]/).filter(Boolean) : binPath;
    const folders = { cacheDir: resolve(cacheDir), confDir: resolve(confDir), binDirs };
    const cri = networkPlugin === 'cni' ? await CriAdaptor.create(folders) : undefined;
    try {
      return new NetworkModule({ cri, native: await NativeAdaptor.create(folders) });
    } catch (error) {
      await cri?.close();
      throw error;
    }
  }

  /** Attaches a container to its networks, all of them or none. @throws what `CNIOperator.attach` throws */
  async attach(conf: NetworkApiConf, type: NetworkType, limits?: NetworkLimits): Promise<NetworkApiResult[]> {
    return await this.#run({ call: 'attach', type, conf, limits }, (adaptor, parsed, options) =>
      adaptor.attach(parsed, options),
    );
  }

  /** Checks the attachment to the network `conf.name`, by default the default network (`cri` only). */
  async check(conf: NetworkApiConf, type: NetworkType, limits?: NetworkLimits): Promise<NetworkApiResult[]> {
    return await this.#run({ call: 'check', type, conf, limits }, (adaptor, parsed, options) =>
      supported(adaptor.check, 'check', type).call(adaptor, parsed, options),
    );
  }

  /** Detaches a container; all of its networks are tried. @throws LibcniAggregateError with every failure */
  async detach(conf: NetworkApiConf, type: NetworkType, limits?: NetworkLimits): Promise<void> {
    await this.#run({ call: 'detach', type, conf, limits }, (adaptor, parsed, options) =>
      adaptor.detach(parsed, options),
    );
  }

  /** Makes a network (`native` only). @throws what `Networks.create` throws */
  async confCreate(
    type: NetworkType,
    request: ConfCreateRequest,
    limits?: NetworkLimits,
  ): Promise<ConfCreated> {
    const adaptor = this.#adaptor('confCreate', type);
    const create = supported(adaptor.confCreate, 'confCreate', type);
    const parsed = parseJsonArgument(createField(), request, 'confCreate: request');
    return await create.call(
      adaptor,
      parsed,
      parseJsonArgument(limitsSchema(), limits, 'confCreate: limits'),
    );
  }

  /** A network's configuration as JSON (`native` only). @throws LibcniError `ERR_NOT_FOUND` */
  async confInspect(type: NetworkType, name: string): Promise<string> {
    const adaptor = this.#adaptor('confInspect', type);
    const inspect = supported(adaptor.confInspect, 'confInspect', type);
    return await inspect.call(adaptor, parseJsonArgument(networkNameField(), name, 'confInspect: name'));
  }

  /** The networks (`native` only), in the order of their names. */
  async confList(type: NetworkType, filters?: ConfListFilters): Promise<ConfListItem[]> {
    const adaptor = this.#adaptor('confList', type);
    const list = supported(adaptor.confList, 'confList', type);
    return await list.call(adaptor, parseJsonArgument(filtersField(), filters, 'confList: filters'));
  }

  /** Removes a network (`native` only). @returns its name @throws what `Networks.remove` throws */
  async confRm(type: NetworkType, name: string, limits?: NetworkLimits): Promise<string> {
    const adaptor = this.#adaptor('confRm', type);
    const remove = supported(adaptor.confRm, 'confRm', type);
    const parsed = parseJsonArgument(networkNameField(), name, 'confRm: name');
    await remove.call(adaptor, parsed, parseJsonArgument(limitsSchema(), limits, 'confRm: limits'));
    return parsed;
  }

  /** Whether there is a network of that type. */
  async ready(type: NetworkType): Promise<boolean> {
    return await this.#adaptor('ready', type).ready();
  }

  /** Reads the configurations again (`cri` only). */
  async update(type: NetworkType): Promise<void> {
    const adaptor = this.#adaptor('update', type);
    await supported(adaptor.update, 'update', type).call(adaptor);
  }

  /** Ends the module once running work is done. Attachments stay. */
  async exit(): Promise<void> {
    const adaptors = Object.values(this.#adaptors).filter((adaptor) => adaptor !== undefined);
    const ended = await Promise.allSettled(adaptors.map((adaptor) => adaptor.close()));
    const errors = ended.flatMap((one) => (one.status === 'rejected' ? [asError(one.reason)] : []));
    if (errors.length > 0)
      throw new LibcniAggregateError(errors, 'the network module could not be closed cleanly');
  }

  /** Replaces the port mappings of a configuration. @throws LibcniError `ERR_ANNOTATION` */
  insertPortmapping(value: unknown, conf: NetworkApiConf): NetworkApiConf {
    return insertAnnotation('portMappings', value, conf);
  }

  /** Sets the bandwidth limits of a configuration. @throws LibcniError `ERR_ANNOTATION` */
  insertBandwidth(value: unknown, conf: NetworkApiConf): NetworkApiConf {
    return insertAnnotation('bandwidth', value, conf);
  }

  /** Sets the address ranges of a configuration. @throws LibcniError `ERR_ANNOTATION` */
  insertIprange(value: unknown, conf: NetworkApiConf): NetworkApiConf {
    return insertAnnotation('ipRanges', value, conf);
  }

  /** Whether there is a network of that name (`native` only). */
  async exist(type: NetworkType, name: string): Promise<boolean> {
    const adaptor = this.#adaptor('exist', type);
    return await supported(adaptor.exist, 'exist', type).call(adaptor, name);
  }

  /** Registers a container that is on a network, after a restart of the host program (`native` only). */
  async containerListAdd(type: NetworkType, network: string, containerId: string): Promise<void> {
    const adaptor = this.#adaptor('containerListAdd', type);
    const add = supported(adaptor.containerListAdd, 'containerListAdd', type);
    await add.call(
      adaptor,
      network,
      parseJsonArgument(containerIdField(), containerId, 'containerListAdd: containerId'),
    );
  }

  /** {@link exit}, by the name that it has elsewhere. */
  async close(): Promise<void> {
    await this.exit();
  }

  /** {@link exit}, for `await using`. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.exit();
  }

  async #run<Value>(
    { call, type, conf, limits }: ModuleCall,
    run: (adaptor: Adaptor, conf: ParsedConf, limits: NetworkLimits) => Promise<Value>,
  ): Promise<Value> {
    const adaptor = this.#adaptor(call, type);
    return await run(
      adaptor,
      parseJsonArgument(confField(), conf, `${call}: conf`),
      parseJsonArgument(limitsSchema(), limits, `${call}: limits`),
    );
  }

  #adaptor(call: string, type: NetworkType): Adaptor {
    const adaptor = this.#adaptors[parseJsonArgument(typeField(), type, `${call}: type`)];
    if (adaptor !== undefined) return adaptor;
    const summary = `${call}: there is no type ${type} without a network plugin: call init with networkPlugin cni`;
    throw new LibcniError('ERR_UNSUPPORTED', summary, { value: type });
  }
}

function supported<Method>(method: Method | undefined, call: string, type: NetworkType): Method {
  if (method !== undefined) return method;
  throw new LibcniError('ERR_UNSUPPORTED', `${call}: networks of type ${type} do not have this function`, {
    value: type,
  });
}
