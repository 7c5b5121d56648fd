import { z } from 'zod';
import { readJson } from './run.js';

const linkSchema = z.looseObject({
  ifname: z.string(),
  mtu: z.number(),
  flags: z.array(z.string()),
  address: z.string().optional(),
  master: z.string().optional(),
  link: z.string().nullish(),
  link_index: z.number().optional(),
  promiscuity: z.number().optional(),
  linkinfo: z
    .looseObject({
      info_kind: z.string().optional(),
      info_data: z.record(z.string(), z.unknown()).optional(),
      info_slave_kind: z.string().optional(),
      info_slave_data: z.record(z.string(), z.unknown()).optional(),
    })
    .optional(),
});

/** An interface as the kernel shows it. */
export type Link = z.infer<typeof linkSchema>;

/** The interfaces of a namespace; without a path, those of the namespace that the tests run in. */
export async function showLinks(netns?: string): Promise<Link[]> {
  // Some versions print an empty object if an interface disappears while they list.
  const links = await readJson(z.array(z.looseObject({})), netns, 'ip', '-j', '-d', 'link', 'show');
  return links.filter((link) => 'ifname' in link).map((link) => linkSchema.parse(link));
}

/** One interface. Throws if it does not exist. */
export async function showLink(name: string, netns?: string): Promise<Link> {
  const link = (await showLinks(netns)).find(({ ifname }) => ifname === name);
  if (link === undefined) throw new Error(`no interface ${name} in ${netns ?? 'the host namespace'}`);
  return link;
}

/** The names of all interfaces of a namespace, sorted. */
export async function linkNames(netns?: string): Promise<string[]> {
  return (await showLinks(netns)).map(({ ifname }) => ifname).sort();
}
