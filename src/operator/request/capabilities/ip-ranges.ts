import * as z from 'zod';
import {
  type Address,
  addressBits,
  formatAddress,
  parseAddress,
  parseSubnet,
  type Subnet,
} from '../../../addresses/index.js';
import { instance, keys, optional } from '../../../arguments/fields.js';
import { lazy } from '../../../arguments/lazy.js';
import { parseOptions } from '../../../arguments/parse-argument.js';
import { describedBy, folded } from '../../../libcni/result/fields.js';
import { checkAnnotation, checkValue } from './check-value.js';
import { cidrField, optionalAddress } from './fields.js';

/** A range of addresses to allocate from (the `ranges` of the plugin `host-local`). */
export interface IpRange {
  /** The network address with its prefix, for example `10.1.0.0/24`; at most /30, or /126 for IPv6. */
  readonly subnet: string;
  /** The first address, inside the subnet. @default the one after the network address */
  readonly rangeStart?: string | undefined;
  /** The last address, inside the subnet. @default the last that the subnet can give */
  readonly rangeEnd?: string | undefined;
  /** Inside the subnet, or a link-local IPv6 address. @default the address after the network address */
  readonly gateway?: string | undefined;
}

/**
 * The value of the capability `ipRanges` (CNI CONVENTIONS.md; iSulad's annotation `ipRanges`): an array for each
 * address that the container gets: the ranges of one family that it may come from.
 */
export type IpRanges = readonly (readonly IpRange[])[];

/** The options of {@link ipRange}. */
export interface IpRangeInput {
  readonly start?: string | undefined;
  readonly end?: string | undefined;
  readonly gateway?: string | undefined;
}

const addressPart = lazy(() => optional(instance<string>('an address', () => true)));

const partsSchema = lazy(
  () =>
    keys(
      { start: addressPart(), end: addressPart(), gateway: addressPart() },
      'an object with start, end, gateway',
    ) satisfies z.ZodType<IpRangeInput>,
);

const fields = lazy(() =>
  z.looseObject(
    {
      subnet: cidrField(),
      rangeStart: optionalAddress(),
      rangeEnd: optionalAddress(),
      gateway: optionalAddress(),
    },
    { error: 'must be a range, which is an object' },
  ),
);

const ipRangeField = lazy(() => describedBy(fields(), folded(fields()).transform(checkedRange)));

/** A range; the keys may be in any case. */
export const ipRangeSchema: z.ZodType<IpRange> = z.lazy(ipRangeField);

/** The value of the capability `ipRanges`. */
export const ipRangesSchema: z.ZodType<IpRanges> = z.lazy(() =>
  z.array(
    z
      .array(ipRangeField(), { error: 'must be an array of ranges' })
      .min(1, { error: 'must not be an empty array' })
      .superRefine(checkFamilies),
    { error: 'must be an array of arrays of ranges' },
  ),
);

/**
 * A range of addresses: `ipRange('10.1.0.0/24', { start: '10.1.0.10', end: '10.1.0.99' })`. The capability takes
 * it in an array of arrays: `{ ipRanges: [[ipRange('10.1.0.0/24')]] }`.
 *
 * @throws LibcniError `ERR_ANNOTATION`; `ERR_CONF_INVALID` for options that are not an object with only these keys.
 */
export function ipRange(subnet: string, options: IpRangeInput = {}): IpRange {
  const { start, end, gateway } = parseOptions(partsSchema(), options);
  return checkValue(ipRangeField(), { subnet, rangeStart: start, rangeEnd: end, gateway }, 'IP range');
}

/**
 * Ranges from an annotation, a JSON array of arrays.
 *
 * @throws LibcniError `ERR_ANNOTATION` that names annotation, JSON path and value.
 */
export function parseIpRanges(text: string, annotation = 'ipRanges'): IpRanges {
  return checkAnnotation(ipRangesSchema, text, annotation);
}

/** Checks the rules of `host-local`, and that the range does not end before it begins. */
function checkedRange(range: IpRange, context: z.RefinementCtx): IpRange {
  const subnet = parseSubnet(range.subnet);
  if (subnet === undefined) return range;
  const problems: readonly (readonly [keyof IpRange, string | undefined])[] = [
    ['subnet', subnetProblem(subnet)],
    ['rangeStart', outside(range.rangeStart, subnet)],
    ['rangeEnd', outside(range.rangeEnd, subnet) ?? orderProblem(range)],
    [
      'gateway',
      isLinkLocal(range.gateway) && subnet.family === 6 ? undefined : outside(range.gateway, subnet),
    ],
  ];
  for (const [key, message] of problems) {
    if (message) context.addIssue({ code: 'custom', path: [key], message, input: range[key] });
  }
  return range;
}

function subnetProblem({ family, prefix, first, given }: Subnet): string | undefined {
  if (given !== first) {
    return `must be the network address ${formatAddress({ family, value: first })}/${prefix}`;
  }
  return prefix > addressBits(family) - 2 ? 'is too small to allocate from' : undefined;
}

function outside(address: string | undefined, subnet: Subnet): string | undefined {
  const parsed = address === undefined ? undefined : parseAddress(address);
  return parsed === undefined || contains(subnet, parsed) ? undefined : 'must be inside the subnet';
}

function contains({ family, first, last }: Subnet, address: Address): boolean {
  return address.family === family && address.value >= first && address.value <= last;
}

function orderProblem({ rangeStart = '', rangeEnd = '' }: IpRange): string | undefined {
  const [start, end] = [parseAddress(rangeStart), parseAddress(rangeEnd)];
  return start && end && start.value > end.value ? 'must not be before rangeStart' : undefined;
}

function isLinkLocal(address = ''): boolean {
  return /^fe[89ab][0-9a-f]:/.test(address);
}

function checkFamilies(ranges: readonly IpRange[], context: z.RefinementCtx): void {
  const families = ranges.map(({ subnet }) => parseSubnet(subnet)?.family);
  const other = families.findIndex((family) => family !== families[0]);
  if (other < 0) return;
  const message = 'must be of the same family as the ranges before it';
  const input = ranges[other]?.subnet;
  context.addIssue({ code: 'custom', path: [other, 'subnet'], message, input });
}
