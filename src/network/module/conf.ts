import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { containerIdField, ifNameField, textsField } from '../requests/fields.js';

/** The types of iSulad's networks: `native` for containers of its own, `cri` for the pods of Kubernetes. */
export type NetworkType = 'native' | 'cri';

/** A network in addition to the default one. */
export interface ExtraNet {
  readonly name: string;
  /** The interface inside the namespace. @default for `native` `eth<n>` in order */
  readonly interface?: string | undefined;
}

/** How to attach a container: iSulad's `network_api_conf`. */
export interface NetworkApiConf {
  /** The name of the container or pod; for a `check` the name of a network, as in iSulad. @default none */
  readonly name?: string | undefined;
  /** The namespace of the pod. @default the name */
  readonly ns?: string | undefined;
  /** The id of the container or sandbox. */
  readonly podId: string;
  /** The path of its network namespace; may be left out to detach. */
  readonly netnsPath?: string | undefined;
  /** The interface of the default network (`cri`). @default eth0 */
  readonly defaultInterface?: string | undefined;
  /** For `native`, the networks; for `cri`, those in addition to the default one. @default none */
  readonly extraNets?: readonly ExtraNet[] | undefined;
  /** Arguments for `CNI_ARGS`; for `native`, `IP` and `MAC` are a static address. @default none */
  readonly args?: Readonly<Record<string, string>> | undefined;
  /** Annotations, such as those that {@link NetworkModule.insertPortmapping} inserts. @default none */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
  /**
   * The file for the settings of the container (`network_settings.json`). With it, an attach of a container that is active
   * in the same namespace does nothing, and a detach passes the ports to plugins again. @default no file
   */
  readonly settingsFile?: string | undefined;
}

/** One network that a container was attached to: an item of iSulad's result. */
export interface NetworkApiResult {
  readonly name: string;
  readonly interface: string;
  /** Each with its prefix. */
  readonly ips: readonly string[];
  /** The gateway of each of `ips`, at the same index; `<nil>` if there is none. */
  readonly gateway: readonly string[];
  /** Empty if no plugin reports it. */
  readonly mac: string;
}

/** A network to create, in iSulad's form. */
export interface ConfCreateRequest {
  readonly name?: string | undefined;
  /** @default bridge */
  readonly driver?: string | undefined;
  readonly gateway?: string | undefined;
  /** @default false */
  readonly internal?: boolean | undefined;
  /** Host bits are cleared, as in iSulad. */
  readonly subnet?: string | undefined;
}

/** A network in the result of `confList`. */
export interface ConfListItem {
  readonly name: string;
  /** Its `cniVersion`. */
  readonly version: string;
  /** The types of its plugins. */
  readonly plugins: readonly string[];
}

/** Filters for networks: values of a key are alternatives, and all keys must match. */
export interface ConfListFilters {
  /** Names, or regular expressions. */
  readonly name?: readonly string[] | undefined;
  /** Types of plugins, or regular expressions. */
  readonly plugin?: readonly string[] | undefined;
}

export const typeField = lazy(() => z.enum(['native', 'cri'], { error: 'must be native or cri' }));

export const confField = lazy(
  () =>
    z.strictObject({
      name: z.string().optional(),
      ns: z.string().optional(),
      podId: containerIdField(),
      netnsPath: z.string().optional(),
      defaultInterface: ifNameField().default('eth0'),
      extraNets: z
        .array(z.strictObject({ name: z.string(), interface: ifNameField().optional() }))
        .max(1024, { error: 'must have at most 1024 networks' })
        .readonly()
        .default([]),
      args: textsField().default({}),
      annotations: textsField().default({}),
      settingsFile: z.string().optional(),
    }) satisfies z.ZodType<NetworkApiConf>,
);

export type ParsedConf = z.infer<ReturnType<typeof confField>>;

export const createField = lazy(
  () =>
    z.strictObject({
      name: z.string().optional(),
      driver: z.string().optional(),
      gateway: z.string().optional(),
      internal: z.boolean().optional(),
      subnet: z.string().optional(),
    }) satisfies z.ZodType<ConfCreateRequest>,
);

export const filtersField = lazy(
  () =>
    z
      .strictObject({
        name: z.array(z.string()).readonly().optional(),
        plugin: z.array(z.string()).readonly().optional(),
      })
      .prefault({}) satisfies z.ZodType<ConfListFilters>,
);
