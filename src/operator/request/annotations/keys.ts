/** Selects networks beside the default one (Kubernetes multi-network standard). */
export const NETWORKS_ANNOTATION = 'k8s.v1.cni.cncf.io/networks';
/** Selects another default network (multus). */
export const DEFAULT_NETWORK_ANNOTATION = 'v1.multus-cni.io/default-network';
/** Selects networks beside the default one (iSulad). */
export const EXTRA_NETWORKS_ANNOTATION = 'network.alpha.kubernetes.io/network';
/** Tells what a pod was attached to (Kubernetes multi-network standard). */
export const NETWORK_STATUS_ANNOTATION = 'k8s.v1.cni.cncf.io/network-status';
/** Names the network namespace of a pod, by its path (iSulad). */
export const SANDBOX_KEY_ANNOTATION = 'sandboxkey';
/** Becomes the argument `CNI_MUTLINET_EXTENSION` of `CNI_ARGS`, spelt so (iSulad). */
export const CNI_EXTENSION_ANNOTATION = 'extension.network.kubernetes.io/cni';
/** Each annotation that begins so adds an argument `k=v` to `CNI_ARGS` (iSulad). */
export const CNI_ARGS_ANNOTATION_PREFIX = 'extension.network.kubernetes.io/cniargs/';
