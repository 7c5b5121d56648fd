import { z } from 'zod';
import { readJson } from './run.js';

const routeSchema = z.looseObject({
  dst: z.string(),
  gateway: z.string().optional(),
  dev: z.string().optional(),
});

/** A route as the kernel shows it; `dst` is `default` for the default route. */
export type KernelRoute = z.infer<typeof routeSchema>;

/** The IPv4 and IPv6 routes of a namespace's main table. */
export async function showRoutes(netns?: string): Promise<KernelRoute[]> {
  const schema = z.array(routeSchema);
  const ipv4 = await readJson(schema, netns, 'ip', '-j', '-4', 'route', 'show');
  const ipv6 = await readJson(schema, netns, 'ip', '-j', '-6', 'route', 'show');
  return [...ipv4, ...ipv6];
}

/** The gateways of a namespace's default routes, IPv4 first. */
export async function defaultGateways(netns?: string): Promise<(string | undefined)[]> {
  return (await showRoutes(netns)).filter(({ dst }) => dst === 'default').map(({ gateway }) => gateway);
}
