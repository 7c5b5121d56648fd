import { textField } from '../../arguments/fields.js';
import { parseArgument } from '../../arguments/parse-argument.js';
import type { NetworkType } from './conf.js';

/** The meaning of a container's network mode. */
export interface NetworkMode {
  readonly mode: 'cni' | 'bridge' | 'host' | 'none';
  /** Its type of networks; none in the host network, and without a network. */
  readonly type: NetworkType | undefined;
  /** Whether it has a namespace pinned by a file, and so a SandboxKey in its settings. */
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
 * @returns `undefined` for any other string
 * @throws LibcniError `ERR_CONF_INVALID` if it is not given a string
 */
export function networkMode(text: string): NetworkMode | undefined {
  const given = parseArgument(textField(), text, 'text');
  return MODES.find(({ mode }) => mode === given);
}
