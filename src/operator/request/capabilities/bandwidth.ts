import * as z from 'zod';
import { instance, keys, optional } from '../../../arguments/fields.js';
import { lazy } from '../../../arguments/lazy.js';
import { parseArgument } from '../../../arguments/parse-argument.js';
import { describedBy, foldTo, prepared } from '../../../libcni/result/fields.js';
import { type BitAmount, parseBits } from './bit-amount.js';
import { annotationCalled, checkAnnotation, checkValue, expectText, refused } from './check-value.js';
import { defaultBurst } from './default-burst.js';
import { parseQuantity } from './quantity.js';

/**
 * Limits of an interface, the value of the capability `bandwidth` (CNI CONVENTIONS.md; iSulad's annotation
 * `bandwidth`). Ingress is what the container receives. A rate of 0 means no limit, and then its burst is 0.
 */
export interface Bandwidth {
  /** Bits per second. */
  readonly ingressRate: number;
  /** Bits. */
  readonly ingressBurst: number;
  /** Bits per second. */
  readonly egressRate: number;
  /** Bits. */
  readonly egressBurst: number;
}

/** The input of {@link bandwidth}. */
export interface BandwidthInput {
  /** Bits per second: `'10Mbit'`, `'10M'`, `10_000_000`. @default no limit */
  readonly ingress?: BitAmount | undefined;
  /** Bits per second. @default no limit */
  readonly egress?: BitAmount | undefined;
  /** Bits. @default a tenth of a second's worth, at least 1 Mibit */
  readonly ingressBurst?: BitAmount | undefined;
  /** Bits. @default a tenth of a second's worth, at least 1 Mibit */
  readonly egressBurst?: BitAmount | undefined;
}

const amountField = lazy(() => optional(instance<BitAmount>('an amount', () => true)));

const partsSchema = lazy(
  () =>
    keys(
      {
        ingress: amountField(),
        egress: amountField(),
        ingressBurst: amountField(),
        egressBurst: amountField(),
      },
      'an object with ingress, egress, ingressBurst, egressBurst',
    ) satisfies z.ZodType<BandwidthInput>,
);

/** 1k: kubelet refuses lower limits. */
const MIN_RATE = 1000;
/** 1P: kubelet refuses higher limits. */
const MAX_RATE = 1e15;
/** The plugin `bandwidth` refuses 2^32-1 bytes and more. */
const MAX_BURST = (2 ** 32 - 1) * 8 - 1;

const RATE = { error: 'must be 0 (no limit), or from 1000 to 10^15 bits per second' };
const BURST = { error: `must be a whole number of bits up to ${MAX_BURST}` };

const rateField = lazy(() =>
  z
    .int(RATE)
    .refine((rate) => rate === 0 || isReasonable(rate), RATE)
    .nullish()
    .transform((rate) => rate ?? 0),
);

const burstField = lazy(() =>
  z
    .int(BURST)
    .min(0, BURST)
    .max(MAX_BURST, BURST)
    .nullish()
    .transform((burst) => burst ?? 0),
);

const fields = lazy(() =>
  z.looseObject(
    {
      ingressRate: rateField(),
      ingressBurst: burstField(),
      egressRate: rateField(),
      egressBurst: burstField(),
    },
    { error: 'must be an object with rates and bursts' },
  ),
);

/**
 * Bandwidth limits; the keys may be in any case. A rate without burst gets a suitable burst, since the plugin would
 * refuse it; a burst without rate is refused.
 */
export const bandwidthSchema: z.ZodType<Bandwidth> = z.lazy(() =>
  describedBy(
    fields(),
    prepared(foldTo(fields().shape), fields())
      .superRefine(refuseLoneBursts)
      .transform((limits) => ({
        ...limits,
        ingressBurst: limits.ingressBurst || defaultBurst(limits.ingressRate),
        egressBurst: limits.egressBurst || defaultBurst(limits.egressRate),
      })),
  ),
);

/**
 * Bandwidth limits from amounts with units: `bandwidth({ ingress: '10Mbit', egress: '1Gbit' })`. A rate is from
 * 1 kbit/s to 1 Pbit/s.
 *
 * @throws LibcniError `ERR_ANNOTATION`; `ERR_CONF_INVALID` for anything but an object with only these keys.
 */
export function bandwidth(limits: BandwidthInput): Bandwidth {
  const { ingress = 0, egress = 0, ...bursts } = parseArgument(partsSchema(), limits, 'limits');
  const amounts = {
    ingressRate: parseBits(ingress, 'bandwidth ingress'),
    ingressBurst: parseBits(bursts.ingressBurst ?? 0, 'bandwidth ingressBurst'),
    egressRate: parseBits(egress, 'bandwidth egress'),
    egressBurst: parseBits(bursts.egressBurst ?? 0, 'bandwidth egressBurst'),
  };
  return checkValue(bandwidthSchema, amounts, 'bandwidth');
}

/**
 * Bandwidth limits from an annotation, a JSON object with the keys of {@link Bandwidth}.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseBandwidth(text: string, annotation = 'bandwidth'): Bandwidth {
  return checkAnnotation(bandwidthSchema, text, annotation);
}

/**
 * A rate from an annotation such as `kubernetes.io/ingress-bandwidth`: a Kubernetes quantity from
 * `1k` to `1P`.
 *
 * @returns bits per second
 * @throws LibcniError `ERR_ANNOTATION` that names annotation and value.
 */
export function parseKubernetesBandwidth(text: string, annotation: string): number {
  const what = annotationCalled(annotation);
  const rate = parseQuantity(expectText(text, what));
  if (rate === undefined) throw refused(what, 'must be a quantity such as 10M', { value: text });
  if (isReasonable(Number(rate))) return Number(rate);
  throw refused(what, 'must be from 1k to 1P bits per second', { value: text });
}

function isReasonable(rate: number): boolean {
  return rate >= MIN_RATE && rate <= MAX_RATE;
}

function refuseLoneBursts(limits: Bandwidth, context: z.RefinementCtx): void {
  for (const direction of ['ingress', 'egress'] as const) {
    const burst = limits[`${direction}Burst`];
    if (burst === 0 || limits[`${direction}Rate`] > 0) continue;
    const message = `must not be set without ${direction}Rate`;
    context.addIssue({ code: 'custom', path: [`${direction}Burst`], message, input: burst });
  }
}
