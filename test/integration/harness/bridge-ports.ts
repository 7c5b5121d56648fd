import { z } from 'zod';
import { readJson } from './run.js';

const portSchema = z.looseObject({
  ifname: z.string(),
  master: z.string().optional(),
  state: z.string().optional(),
  hairpin: z.boolean().optional(),
});

/** The ports of a bridge, as `bridge link` shows them. */
export async function showBridgePorts(bridge: string): Promise<z.infer<typeof portSchema>[]> {
  const ports = await readJson(z.array(portSchema), undefined, 'bridge', '-j', '-d', 'link', 'show');
  return ports.filter(({ master }) => master === bridge);
}
