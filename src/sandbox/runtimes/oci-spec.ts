import * as z from 'zod';
import { pathField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { checkArgument, parseArgument } from '../../arguments/parse-argument.js';
import type { JsonObject } from '../../libcni/index.js';

/** A namespace of a container (OCI runtime specification, `linux.namespaces`). */
export interface OciNamespace {
  readonly type: string;
  /** The namespace to join. @default a new one */
  readonly path?: string | undefined;
}

/** The parts of an OCI runtime specification that are used here; all others are kept. */
export interface OciSpec {
  readonly linux?:
    | { readonly namespaces?: readonly OciNamespace[] | undefined; readonly [key: string]: unknown }
    | undefined;
  readonly [key: string]: unknown;
}

/** A mount in a container. */
export interface OciMount extends Readonly<JsonObject> {
  readonly destination: string;
}

const NAMESPACES = { error: 'must be an array of namespaces' };
const specSchema = lazy(() =>
  z.looseObject({
    linux: z
      .looseObject({ namespaces: z.array(z.looseObject({ type: z.string() }), NAMESPACES).nullish() })
      .nullish(),
  }),
);

/**
 * The specification of a container that joins a network namespace, such as that of its pod (`status().network.namespace`).
 * The argument is not changed.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function withNetworkNamespace<Spec extends OciSpec>(spec: Spec, path: string): Spec {
  checkArgument(specSchema(), spec, 'spec');
  parseArgument(pathField(), path, 'path');
  return withNamespaces(spec, [...otherNamespaces(spec), { type: 'network', path }]);
}

/**
 * The specification of a container in the host network. The argument is not changed.
 *
 * @throws LibcniError `ERR_CONF_INVALID`
 */
export function withoutNetworkNamespace<Spec extends OciSpec>(spec: Spec): Spec {
  checkArgument(specSchema(), spec, 'spec');
  return withNamespaces(spec, otherNamespaces(spec));
}

function otherNamespaces({ linux }: OciSpec): OciNamespace[] {
  return (linux?.namespaces ?? []).filter(({ type }) => type !== 'network');
}

function withNamespaces<Spec extends OciSpec>(spec: Spec, namespaces: readonly OciNamespace[]): Spec {
  return { ...spec, linux: { ...spec.linux, namespaces } };
}
