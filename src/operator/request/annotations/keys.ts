/** Selects networks in addition to the default one (Kubernetes multi-network standard). */
export const NETWORKS_ANNOTATION = 'k8s.v1.cni.cncf.io/networks';
/** Selects another default network (multus). */
export const DEFAULT_NETWORK_ANNOTATION = 'v1.multus-cni.io/default-network';
/** Selects networks in addition to the default one (iSulad). */
export const EXTRA_NETWORKS_ANNOTATION = 'network.alpha.kubernetes.io/network';
/** Tells what a pod was attached to (Kubernetes multi-network standard). */
export const NETWORK_STATUS_ANNOTATION = 'k8s.v1.cni.cncf.io/network-status';
/** The path of a pod's network namespace (iSulad). */
export const SANDBOX_KEY_ANNOTATION = 'sandboxkey';
/** Becomes the argument `CNI_MUTLINET_EXTENSION` of `CNI_ARGS`, with this spelling (iSulad). */
export const CNI_EXTENSION_ANNOTATION = 'extension.network.kubernetes.io/cni';
/** Each annotation with this prefix adds an argument `k=v` to `CNI_ARGS` (iSulad). */
export const CNI_ARGS_ANNOTATION_PREFIX = 'extension.network.kubernetes.io/cniargs/';
