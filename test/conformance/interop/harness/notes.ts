import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import type { Lab } from '../../../integration/harness/lab.js';
import { notesFile } from './network.js';

const schema = z.object({
  environment: z.looseObject({ CNI_COMMAND: z.string() }),
  stdin: z.looseObject({}),
});

/** The input of one run of the noting plugin. */
export type Note = z.infer<typeof schema>;

/** All runs of the noting plugin, in order. */
export async function readNotes(lab: Lab): Promise<Note[]> {
  const lines = (await readFile(notesFile(lab), 'utf8')).trim().split('\n');
  return lines.map((line) => schema.parse(JSON.parse(line)));
}

/** The runs of one verb. */
export async function notesOf(lab: Lab, verb: string): Promise<Note[]> {
  return (await readNotes(lab)).filter(({ environment }) => environment.CNI_COMMAND === verb);
}

/** A value without the random names and addresses, which differ from one ADD to the next. */
export function withoutChance(value: unknown): unknown {
  const text = JSON.stringify(value).replace(/veth[0-9a-f]{8}/g, 'veth');
  return JSON.parse(text.replace(/([0-9a-f]{2}:){5}[0-9a-f]{2}/g, 'mac'));
}
