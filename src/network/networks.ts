import { join, resolve } from 'node:path';
import * as z from 'zod';
import { parseSubnet } from '../addresses/index.js';
import {
  aboutWhole,
  booleanField,
  foreignFoldersField,
  keys,
  limitFields,
  optional,
} from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { parseJsonArgument } from '../arguments/parse-argument.js';
import { LibcniError } from '../errors/libcni-error.js';
import { namingRights } from '../errors/missing-right.js';
import { checkFolders } from '../files/check-owner.js';
import { CNIOperator, stateOptionsFor } from '../operator/index.js';
import { DEFAULT_POOLS, type SubnetPool } from './addressing/pools.js';
import type { NetworkLimits, NetworksContext } from './context.js';
import { bridgeDriver } from './drivers/bridge.js';
import type { NetworkDriver } from './drivers/driver.js';
import { hostTools } from './drivers/host-tools.js';
import { ipvlanDriver } from './drivers/ipvlan.js';
import { macvlanDriver } from './drivers/macvlan.js';
import { MemberFiles } from './members/member-files.js';
import type { NetworkDetails, NetworkSummary } from './network.js';
import type { ConnectRequest, DisconnectRequest } from './requests/connect-request.js';
import type { CreateNetworkRequest } from './requests/create-request.js';
import { limitsSchema, networkNameField } from './requests/fields.js';
import type { NetworkFilters } from './requests/filters.js';
import { Catalogue, type NetworkProblem } from './store/catalogue.js';
import { Claims } from './store/claims.js';
import { type ConnectedNetwork, connect } from './verbs/connect.js';
import { type CreatedNetwork, create } from './verbs/create.js';
import { disconnect } from './verbs/disconnect.js';
import { inspect } from './verbs/inspect.js';
import { list } from './verbs/list.js';
import { prune } from './verbs/prune.js';
import { type RemoveNetworkOptions, type RemoveOutcome, remove, removeAll } from './verbs/remove.js';

/** Options of {@link Networks}. */
export interface NetworksOptions {
  /** Attaches and detaches. Networks are kept in its configuration folder. The caller must close it. */
  readonly operator: CNIOperator;
  /** Where to take subnets that callers do not choose. @default the private addresses of IPv4, /24 each */
  readonly pools?: readonly SubnetPool[] | undefined;
  /** The name of the predefined network, which is created on first use and cannot be removed. @default bridge */
  readonly defaultNetwork?: string | undefined;
  /** Further drivers; one with the same name replaces the library's. @default none */
  readonly drivers?: readonly NetworkDriver[] | undefined;
  /** Where to keep hosts files and other state. @default `<stateDir of the operator>/networks` */
  readonly stateDir?: string | undefined;
  /**
   * Whether that folder may belong to, or be writable by, a user other than root and this one. The group of root counts as
   * root. @default refuse
   */
  readonly foreignFolders?: 'refuse' | 'allow' | undefined;
}

/** Subfolders of the state folder, and the folder itself. */
const STATE_FOLDERS = ['.', 'claims', 'containers', 'locks', 'members', 'netns'];

const NO_FOLDER = 'open: the operator has no configuration folder for networks: set its option confDir';

const poolField = lazy(() =>
  z
    .strictObject({ base: z.string(), size: z.number().int() })
    .refine(
      ({ base, size }) => size >= (parseSubnet(base)?.prefix ?? Number.POSITIVE_INFINITY),
      aboutWhole('must have a base such as 10.0.0.0/8, and a size that is not smaller than its prefix'),
    ),
);

const optionsSchema = lazy(() =>
  z.strictObject({
    operator: z.custom<CNIOperator>((value) => value instanceof CNIOperator, {
      error: 'must be a CNIOperator',
    }),
    pools: z.array(poolField()).readonly().default(DEFAULT_POOLS),
    defaultNetwork: networkNameField().default('bridge'),
    drivers: z.array(z.custom<NetworkDriver>()).readonly().default([]),
    stateDir: z.string().optional(),
    foreignFolders: foreignFoldersField().optional(),
  }),
);

const removeSchema = lazy(() => keys({ ...limitFields(), force: optional(booleanField()) }).prefault({}));

/**
 * Native networks, as in docker and podman: create, list, inspect and remove them by name, connect and disconnect
 * containers. Each network is one file in the operator's configuration folder, which Go's tools can read. Several
 * processes may work on the same folder.
 */
export class Networks {
  readonly #context: NetworksContext;

  private constructor(context: NetworksContext) {
    this.#context = context;
  }

  /**
   * The networks of an operator's configuration folder.
   *
   * @throws LibcniError `ERR_CONF_INVALID`, `ERR_PERMISSION` for a state folder that others may change
   */
  static async open(options: NetworksOptions): Promise<Networks> {
    const { operator, pools, defaultNetwork, ...given } = parseJsonArgument(
      optionsSchema(),
      options,
      'open: options',
    );
    const { folders } = operator;
    const known = [bridgeDriver, macvlanDriver, ipvlanDriver, ...given.drivers];
    const drivers = new Map(known.map((driver) => [driver.name, driver]));
    const stateDir = resolve(given.stateDir ?? join(folders.stateDir, 'networks'));
    const { confDir, binDirs } = folders;
    if (confDir === undefined)
      throw new LibcniError('ERR_CONF_INVALID', NO_FOLDER, { jsonPath: '$.operator' });
    checkFolders(
      STATE_FOLDERS.map((name) => join(stateDir, name)),
      given.foreignFolders,
    );
    const state = stateOptionsFor(operator, given.foreignFolders);
    return new Networks({
      operator,
      confDir,
      binDirs,
      drivers,
      tools: hostTools,
      pools,
      defaultNetwork,
      stateDir,
      catalogue: new Catalogue(confDir, drivers),
      claims: new Claims(stateDir, state),
      members: new MemberFiles(stateDir, state),
    });
  }

  /**
   * Creates a network. By default, chooses a subnet and a bridge that are free on the host and in every configuration of
   * the folder, whatever other processes do at the same time.
   *
   * @throws LibcniError `ERR_CONF_INVALID` for an invalid request, with path, value and what would be right; `ERR_CONFLICT`
   * for a name, bridge or subnet that is taken, naming the owner; `ERR_EXHAUSTED` if no subnet or name is left;
   * `ERR_PLUGIN_NOT_FOUND` with what to install; `ERR_NOT_FOUND` for a missing parent; `ERR_VERSION`,
   * `ERR_LOCKED`, `ERR_ABORTED`
   */
  async create(request: CreateNetworkRequest = {}, limits?: NetworkLimits): Promise<CreatedNetwork> {
    const given = parseJsonArgument(limitsSchema(), limits, 'create: limits');
    return await namingRights(() => create(this.#context, request, given));
  }

  /**
   * A network with the containers on it, by name, id, or the beginning of an id.
   *
   * @throws LibcniError `ERR_NOT_FOUND`; `ERR_CONFLICT` if several ids match; `ERR_CONF_INVALID` if its file is
   * broken
   */
  async inspect(network: string): Promise<NetworkDetails> {
    return await namingRights(() => inspect(this.#context, network));
  }

  /**
   * The networks that match filters, including those of other programs.
   *
   * @throws LibcniError `ERR_CONF_INVALID` for unknown filters
   */
  async list(filters: NetworkFilters = {}): Promise<NetworkSummary[]> {
    return await namingRights(() => list(this.#context, filters));
  }

  /** Files in the configuration folder that are not usable networks; they do not affect other networks. */
  async problems(): Promise<readonly NetworkProblem[]> {
    return (await this.#context.catalogue.read()).problems;
  }

  /**
   * Removes a network: configuration, bridge, leases. Containers whose namespace is gone do not count as users.
   *
   * @throws LibcniError `ERR_NOT_FOUND`; `ERR_IN_USE` that names the users; `ERR_CONFLICT` for the predefined network and
   * for those of other programs; `ERR_LOCKED`, `ERR_ABORTED`; any error of detaching
   */
  async remove(network: string, options?: RemoveNetworkOptions): Promise<void>;
  /** Removes several networks, continuing after failures. @returns the outcome for each */
  async remove(networks: readonly string[], options?: RemoveNetworkOptions): Promise<RemoveOutcome[]>;
  async remove(networks: string | readonly string[], options?: RemoveNetworkOptions): Promise<unknown> {
    const parsed = parseJsonArgument(removeSchema(), options, 'remove: options');
    if (Array.isArray(networks)) return await namingRights(() => removeAll(this.#context, networks, parsed));
    await namingRights(() => remove(this.#context, networks, parsed));
  }

  /** Removes the library's unused networks. @returns the outcome for each */
  async prune(filters: NetworkFilters = {}, limits?: NetworkLimits): Promise<RemoveOutcome[]> {
    const given = parseJsonArgument(limitsSchema(), limits, 'prune: limits');
    return await namingRights(() => prune(this.#context, filters, given));
  }

  /**
   * Connects a container to a network. Containers on a network find each other by name in their hosts files, and over DNS
   * if the network has it. A failure leaves nothing behind.
   *
   * @throws LibcniError `ERR_CONF_INVALID`, `ERR_NOT_FOUND`; `ERR_CONFLICT` for a taken host port or interface; any error of
   * `CNIOperator.attach`
   */
  async connect(request: ConnectRequest, limits?: NetworkLimits): Promise<ConnectedNetwork> {
    const given = parseJsonArgument(limitsSchema(), limits, 'connect: limits');
    return await namingRights(() => connect(this.#context, request, given));
  }

  /** Disconnects a container from a network, if it is connected. @throws any error of `CNIOperator.detach` */
  async disconnect(request: DisconnectRequest, limits?: NetworkLimits): Promise<void> {
    const given = parseJsonArgument(limitsSchema(), limits, 'disconnect: limits');
    await namingRights(() => disconnect(this.#context, request, given));
  }
}
