import { CNI_ARGS_ANNOTATION_PREFIX, CNI_EXTENSION_ANNOTATION } from './keys.js';

/** What is known about a pod. */
export interface PodInfo {
  /** The id of the pod sandbox. */
  readonly sandboxId: string;
  /** `io.kubernetes.pod.namespace`, `io.kubernetes.pod.name` and `io.kubernetes.pod.uid` are read. */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /**
   * `extension.network.kubernetes.io/cniargs/<any>` with a value `k=v`, and `extension.network.kubernetes.io/cni`
   * are read.
   */
  readonly annotations?: Readonly<Record<string, string>> | undefined;
}

/** The result of {@link runtimeArgsFromLabels}. */
export interface RuntimeArgs {
  /** Arguments in order, ready for `RuntimeConf.args`. */
  readonly args: [string, string][];
  /** Ignored annotations, as sentences for a log. */
  readonly warnings: string[];
}

/**
 * The arguments that identify a pod to plugins on Kubernetes: `IgnoreUnknown=1`, `K8S_POD_NAMESPACE`, `K8S_POD_NAME`,
 * `K8S_POD_INFRA_CONTAINER_ID` and `K8S_POD_UID`, in this order, without those missing from the labels. The pod's own
 * arguments from annotations (iSulad) follow, in order of the annotations' keys. An annotation is ignored with a warning
 * if it does not have exactly one `=`, if `CNI_ARGS` could not hold it, or if its argument exists already.
 */
export function runtimeArgsFromLabels({ sandboxId, labels = {}, annotations = {} }: PodInfo): RuntimeArgs {
  const warnings: string[] = [];
  const args = new Map([['IgnoreUnknown', '1']]);
  addKnown(args, 'K8S_POD_NAMESPACE', ownText(labels, 'io.kubernetes.pod.namespace'));
  addKnown(args, 'K8S_POD_NAME', ownText(labels, 'io.kubernetes.pod.name'));
  addKnown(args, 'K8S_POD_INFRA_CONTAINER_ID', sandboxId);
  addKnown(args, 'K8S_POD_UID', ownText(labels, 'io.kubernetes.pod.uid'));
  for (const annotation of Object.keys(annotations).sort()) {
    const problem = addOwn(args, annotation, ownText(annotations, annotation));
    if (problem !== undefined) warnings.push(`annotation ${annotation} is ignored: ${problem}`);
  }
  return { args: [...args], warnings };
}

function addKnown(args: Map<string, string>, key: string, value: string | undefined): void {
  if (value) args.set(key, value);
}

/** Adds the argument of an annotation, or says why not. */
function addOwn(args: Map<string, string>, annotation: string, text = ''): string | undefined {
  if (annotation === CNI_EXTENSION_ANNOTATION) return add(args, 'CNI_MUTLINET_EXTENSION', text);
  if (!annotation.startsWith(CNI_ARGS_ANNOTATION_PREFIX)) return undefined;
  const [key = '', value, ...others] = text.split('=');
  if (key === '' || value === undefined || others.length > 0) return 'it must have the form key=value';
  return add(args, key, value);
}

function add(args: Map<string, string>, key: string, value: string): string | undefined {
  if (/[;\0]/.test(key + value)) return 'it must not have ";" or NUL';
  if (args.has(key)) return `there is an argument ${key} already`;
  args.set(key, value);
  return undefined;
}

function ownText(texts: Readonly<Record<string, string>>, key: string): string | undefined {
  const text: unknown = Object.hasOwn(texts, key) ? texts[key] : undefined;
  return typeof text === 'string' ? text : undefined;
}
