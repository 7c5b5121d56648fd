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

/**
 * The specification of a container that joins a network namespace, such as that of its pod (`status().network.namespace`).
 * The argument is not changed.
 */
export function withNetworkNamespace<Spec extends OciSpec>(spec: Spec, path: string): Spec {
  return withNamespaces(spec, [...otherNamespaces(spec), { type: 'network', path }]);
}

/** The specification of a container in the host network. The argument is not changed. */
export function withoutNetworkNamespace<Spec extends OciSpec>(spec: Spec): Spec {
  return withNamespaces(spec, otherNamespaces(spec));
}

function otherNamespaces({ linux }: OciSpec): OciNamespace[] {
  return (linux?.namespaces ?? []).filter(({ type }) => type !== 'network');
}

function withNamespaces<Spec extends OciSpec>(spec: Spec, namespaces: readonly OciNamespace[]): Spec {
  return { ...spec, linux: { ...spec.linux, namespaces } };
}
