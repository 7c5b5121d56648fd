import { z } from 'zod';
import { readJson } from './run.js';

const qdiscSchema = z.looseObject({
  kind: z.string(),
  dev: z.string(),
  options: z.looseObject({ rate: z.number().optional(), burst: z.number().optional() }).optional(),
});

/** A queueing discipline; `rate` is in bytes a second. */
export type Qdisc = z.infer<typeof qdiscSchema>;

/** The queueing disciplines of the host, without the kernel's own defaults. */
export async function showQdiscs(): Promise<Qdisc[]> {
  const all = await readJson(z.array(qdiscSchema), undefined, 'tc', '-j', 'qdisc', 'show');
  return all.filter(({ kind }) => !['noqueue', 'pfifo_fast', 'fq_codel', 'mq', 'noop'].includes(kind));
}
