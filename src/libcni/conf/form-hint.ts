import { basename, extname } from 'node:path';
import { LibcniError } from '../../errors/libcni-error.js';
import { isOwnError } from '../../errors/own-error.js';
import { isJsonObject, type JsonObject } from '../json/parse-json.js';

/** The extension of configuration lists; other files hold one plugin each. */
export const LIST_EXTENSION = '.conflist';

/** What to do if the extension belongs to the other form of configuration; `undefined` if it fits. */
export function formHint(file: string, content: Readonly<JsonObject>): string | undefined {
  const stem = basename(file, extname(file));
  if (extname(file) !== LIST_EXTENSION)
    return isList(content) ? `has plugins[]: rename to ${stem}${LIST_EXTENSION}` : undefined;
  const isSingle = typeof content.type === 'string' && !('plugins' in content);
  return isSingle ? `has type and no plugins[]: rename to ${stem}.conf` : undefined;
}

/** Whether it is a list of plugins, judging by its keys. */
export function isList(content: Readonly<JsonObject>): boolean {
  return Array.isArray(content.plugins);
}

/** Reads a configuration file. The error for a file in the other form says what to do. */
export async function withFormHint<Value>(
  file: string,
  text: string,
  read: () => Value | Promise<Value>,
): Promise<Value> {
  try {
    return await read();
  } catch (error) {
    const hint = hintFor(file, text);
    if (hint === undefined || !isOwnError(error)) throw error;
    const { code, summary, jsonPath, value, cause = error } = error;
    throw new LibcniError(code, `${summary} (${hint})`, { file, jsonPath, value, cause });
  }
}

function hintFor(file: string, text: string): string | undefined {
  try {
    const content: unknown = JSON.parse(text);
    return isJsonObject(content) ? formHint(file, content) : undefined;
  } catch {
    return undefined;
  }
}
