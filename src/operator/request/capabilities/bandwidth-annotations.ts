import { type Bandwidth, parseBandwidth, parseKubernetesBandwidth } from './bandwidth.js';
import { defaultBurst } from './default-burst.js';
import { type Annotations, readKey } from './read-key.js';

type Direction = 'ingress' | 'egress';

const BANDWIDTH = 'bandwidth';
const INGRESS = 'kubernetes.io/ingress-bandwidth';
const EGRESS = 'kubernetes.io/egress-bandwidth';
const MISSPELT_EGRESS = 'kubernetes.io/engress-bandwidth';

/** The result of {@link bandwidthFromAnnotations}. */
export interface BandwidthFromAnnotations {
  /** `undefined` if no annotation requests a limit. */
  readonly bandwidth: Bandwidth | undefined;
  readonly warnings: string[];
}

/**
 * Bandwidth limits from `bandwidth` and the keys of Kubernetes, direction by direction: `bandwidth` first.
 *
 * @throws LibcniError `ERR_ANNOTATION`
 */
export function bandwidthFromAnnotations(annotations: Annotations): BandwidthFromAnnotations {
  const warnings: string[] = [];
  const exact = readKey(annotations, BANDWIDTH, parseBandwidth);
  const ingressRate = readKey(annotations, INGRESS, parseKubernetesBandwidth);
  const egressRate = kubernetesEgress(annotations, warnings);
  if (exact === undefined && ingressRate === undefined && egressRate === undefined) {
    return { bandwidth: undefined, warnings };
  }
  const bandwidth = {
    ...exact,
    ...limit('ingress', { exact, rate: ingressRate, key: INGRESS, warnings }),
    ...limit('egress', { exact, rate: egressRate, key: EGRESS, warnings }),
  };
  return { bandwidth: withAllKeys(bandwidth), warnings };
}

function kubernetesEgress(annotations: Annotations, warnings: string[]): number | undefined {
  const rate = readKey(annotations, EGRESS, parseKubernetesBandwidth);
  if (!Object.hasOwn(annotations, MISSPELT_EGRESS)) return rate;
  const outcome = rate === undefined ? 'is read as' : 'is ignored for';
  warnings.push(`annotation ${MISSPELT_EGRESS} is misspelt; it ${outcome} ${EGRESS}`);
  return rate ?? readKey(annotations, MISSPELT_EGRESS, parseKubernetesBandwidth);
}

interface Sources {
  readonly exact: Bandwidth | undefined;
  readonly rate: number | undefined;
  readonly key: string;
  readonly warnings: string[];
}

function limit(direction: Direction, { exact, rate, key, warnings }: Sources): Partial<Bandwidth> {
  const exactRate = exact?.[`${direction}Rate`] ?? 0;
  if (rate === undefined) return {};
  if (exactRate === 0) return { [`${direction}Rate`]: rate, [`${direction}Burst`]: defaultBurst(rate) };
  if (exactRate !== rate) {
    warnings.push(
      `annotation ${key} is ignored, since annotation ${BANDWIDTH} sets another ${direction}Rate`,
    );
  }
  return {};
}

function withAllKeys(limits: Partial<Bandwidth>): Bandwidth {
  return { ingressRate: 0, ingressBurst: 0, egressRate: 0, egressBurst: 0, ...limits };
}
