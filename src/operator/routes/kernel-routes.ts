import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { LibcniError } from '../../errors/libcni-error.js';
import { describeStep } from '../../libcni/json/json-path.js';

/** A next hop: a gateway, or directly on the link. */
interface Hop {
  readonly dev: string;
  readonly gateway?: string | undefined;
}

/** A default route. With several hops, the kernel spreads traffic over them. */
export interface DefaultRoute {
  readonly hops: readonly Hop[];
  readonly metric?: number | undefined;
}

const hop = lazy(() => z.looseObject({ dev: z.string(), gateway: z.string().optional() }));

const routes = lazy(() =>
  z.array(
    z.looseObject({
      dev: z.string().optional(),
      gateway: z.string().optional(),
      metric: z.number().optional(),
      type: z.string().optional(),
      nexthops: z.array(hop()).optional(),
    }),
  ),
);

/**
 * The default routes in the output of `ip -j route show default`, without those that discard packets on purpose.
 *
 * @throws LibcniError `ERR_NETNS` with the JSON path and value of the unreadable part.
 */
export function parseDefaultRoutes(text: string): DefaultRoute[] {
  const read = routes().safeParse(parseJson(text || '[]'), { reportInput: true });
  if (!read.success) {
    const [issue] = read.error.issues;
    throw unreadable(`$${issue?.path.map(describeStep).join('') ?? ''}`, issue?.input);
  }
  return read.data
    .filter(({ type = 'unicast' }) => type === 'unicast')
    .map(({ dev, gateway, metric, nexthops }) => ({
      hops: nexthops ?? (dev === undefined ? [] : [{ dev, gateway }]),
      metric,
    }));
}

/** A default route as arguments of `ip route`. */
export function routeArguments({ hops, metric }: DefaultRoute): string[] {
  const ways = hops.map(({ dev, gateway }) => [
    ...(gateway === undefined ? [] : ['via', gateway]),
    'dev',
    dev,
  ]);
  const way = ways.length === 1 ? ways.flat() : ways.flatMap((words) => ['nexthop', ...words]);
  return ['default', ...(metric === undefined ? [] : ['metric', String(metric)]), ...way];
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unreadable('$', text);
  }
}

function unreadable(jsonPath: string, value: unknown): LibcniError {
  return new LibcniError('ERR_NETNS', 'the default routes printed by ip cannot be parsed', {
    jsonPath,
    value,
  });
}
