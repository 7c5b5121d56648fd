import type { Pair } from '../differences.js';
import { fold } from './fold.js';

const TOO_DEEP_TO_WALK = '['.repeat(2000);

/** Every text that the libraries were given in a step, as JSON where it is some. */
export function documents({ request, stage }: Pick<Pair, 'request' | 'stage'>): unknown[] {
  const texts = [
    Buffer.from(request.bytes ?? '', 'base64'),
    ...(stage.answers ?? []).map(({ stdout }) => Buffer.from(stdout)),
    ...Object.values(stage.files ?? {}).map((content) => Buffer.from(content)),
  ];
  return texts.flatMap((text) => {
    try {
      if (text.includes(TOO_DEEP_TO_WALK)) return [];
      return [JSON.parse(text.toString('utf8'))];
    } catch {
      return [];
    }
  });
}

/** Every text that the libraries were given in a step, as it is. */
export function rawTexts({ request, stage }: Pick<Pair, 'request' | 'stage'>): string[] {
  return [
    Buffer.from(request.bytes ?? '', 'base64').toString('utf8'),
    ...(stage.answers ?? []).map(({ stdout }) => stdout.toString()),
    ...Object.values(stage.files ?? {}).map((content) => content.toString()),
  ];
}

/** Whether a value or anything inside it, under its folded key, fulfils a condition. */
export function someInside(value: unknown, condition: (key: string, value: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(
    ([key, item]) => condition(fold(key), item) || someInside(item, condition),
  );
}
