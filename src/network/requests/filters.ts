import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { parseJsonArgument } from '../../arguments/parse-argument.js';
import { LibcniError } from '../../errors/libcni-error.js';
import type { NetworkSummary } from '../network.js';

/**
 * Selects networks. Several values of a filter are alternatives, except for labels, which must all be present. Several
 * filters must all match.
 */
export interface NetworkFilters {
  /** A name, or a regular expression that matches part of it. */
  readonly name?: string | readonly string[] | undefined;
  /** The beginning of an id. */
  readonly id?: string | readonly string[] | undefined;
  readonly driver?: string | readonly string[] | undefined;
  /** `key` or `key=value`. */
  readonly label?: string | readonly string[] | undefined;
  /** `key` or `key=value` that must be absent. */
  readonly 'label!'?: string | readonly string[] | undefined;
  /** The type of one of its plugins. */
  readonly plugin?: string | readonly string[] | undefined;
  /** Created before that: a time such as `2026-01-02T15:04:05Z`, seconds since 1970, or an age such as `24h`. */
  readonly until?: string | undefined;
  /** Whether it has no containers. */
  readonly dangling?: boolean | undefined;
}

const texts = lazy(() =>
  z
    .union([z.string(), z.array(z.string()).readonly()], { error: 'must be a string or an array of strings' })
    .transform((given): readonly string[] => (typeof given === 'string' ? [given] : given))
    .optional(),
);

const schema = lazy(() =>
  z
    .strictObject({
      name: texts(),
      id: texts(),
      driver: texts(),
      label: texts(),
      'label!': texts(),
      plugin: texts(),
      until: z.string().optional(),
      dangling: z.boolean({ error: 'must be true or false' }).optional(),
    })
    .prefault({}),
);

type Test = (network: NetworkSummary, isUsed: boolean) => boolean;

/** A predicate for networks, and whether it needs their containers. */
export interface ParsedFilters {
  readonly matches: Test;
  readonly needsUsers: boolean;
}

/** @throws LibcniError `ERR_CONF_INVALID` for an unknown filter, or an invalid value */
export function parseFilters(call: string, given: unknown): ParsedFilters {
  const {
    name,
    id,
    driver,
    label,
    'label!': unlabel,
    plugin,
    until,
    dangling,
  } = parseJsonArgument(schema(), given, `${call}: filters`);
  const before = until === undefined ? undefined : timeOf(until);
  const expressions = name?.map(expressionOf);
  const tests: (Test | undefined)[] = [
    name &&
      ((network) =>
        name.includes(network.name) || expressions?.some((one) => one.test(network.name)) === true),
    id && ((network) => id.some((start) => network.id.startsWith(start))),
    driver && ((network) => driver.includes(network.driver)),
    label && ((network) => label.every((wanted) => hasLabel(network, wanted))),
    unlabel && ((network) => !unlabel.some((unwanted) => hasLabel(network, unwanted))),
    plugin && ((network) => plugin.some((type) => network.plugins.includes(type))),
    before && ((network) => network.created < before),
    dangling === undefined ? undefined : (_, isUsed) => isUsed !== dangling,
  ];
  const matches: Test = (network, isUsed) => tests.every((test) => test?.(network, isUsed) ?? true);
  return { matches, needsUsers: dangling !== undefined };
}

function hasLabel({ labels }: NetworkSummary, wanted: string): boolean {
  const [key = '', ...rest] = wanted.split('=');
  if (!Object.hasOwn(labels, key)) return false;
  return rest.length === 0 || labels[key] === rest.join('=');
}

function expressionOf(text: string): RegExp {
  try {
    return new RegExp(text);
  } catch (cause) {
    throw new LibcniError('ERR_CONF_INVALID', `${text} is neither a name nor a regular expression`, {
      jsonPath: '$.name',
      value: text,
      cause,
    });
  }
}

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
const DURATION = /^(?:\d+[smhd])+$/;

function timeOf(text: string): Date {
  if (DURATION.test(text)) {
    const parts = text.match(/\d+[smhd]/g) ?? [];
    const ago = parts.reduce(
      (sum, part) => sum + Number.parseInt(part, 10) * (UNIT_MS[part.slice(-1)] ?? 0),
      0,
    );
    return new Date(Date.now() - ago);
  }
  const time = new Date(/^\d+$/.test(text) ? Number(text) * 1000 : text);
  if (!Number.isNaN(time.getTime())) return time;
  const summary = `${text} is not a time: use 2026-01-02T15:04:05Z, seconds since 1970, or an age such as 24h or 30m`;
  throw new LibcniError('ERR_CONF_INVALID', summary, { jsonPath: '$.until', value: text });
}
