/** The network of the `loopback` plugin where the operator runs it; it is in no configuration folder. */
export const LOOPBACK_NETWORK = 'cni-loopback';
