import type { NetworkType } from './conf.js';

/** What a container's network mode means. */
export interface NetworkMode {
  readonly mode: 'cni' | 'bridge' | 'host' | 'none';
  /** Which type of networks it has; none with the network of the host, and without a network. */
  readonly type: NetworkType | undefined;
  /** Whether it has a namespace that a file keeps, and so a SandboxKey in its settings. */
  readonly hasSandboxKey: boolean;
}

const MODES: readonly NetworkMode[] = [
  { mode: 'cni', type: 'cri', hasSandboxKey: true },
  { mode: 'bridge', type: 'native', hasSandboxKey: true },
  { mode: 'host', type: undefined, hasSandboxKey: false },
  { mode: 'none', type: undefined, hasSandboxKey: false },
];

/**
 * The network mode of a container: `cni` for pods, `bridge` for containers on native networks, `host`, `none`.
 *
 * @returns `undefined` for any other text
 */
export function networkMode(text: string): NetworkMode | undefined {
  return MODES.find(({ mode }) => mode === text);
}
