import { z } from 'zod';
import { readJson } from './run.js';

const schema = z.array(
  z.looseObject({
    ifname: z.string().optional(),
    addr_info: z
      .array(z.looseObject({ local: z.string(), prefixlen: z.number(), scope: z.string() }))
      .optional(),
  }),
);

/**
 * The addresses of one interface as `address/prefix`, sorted, without the IPv6 link-local ones that the kernel assigns
 * itself.
 */
export async function showAddresses(ifName: string, netns?: string): Promise<string[]> {
  const links = await readJson(schema, netns, 'ip', '-j', 'address', 'show', 'dev', ifName);
  return links
    .flatMap((link) => link.addr_info ?? [])
    .filter(({ scope }) => scope !== 'link')
    .map(({ local, prefixlen }) => `${local}/${prefixlen}`)
    .sort();
}
