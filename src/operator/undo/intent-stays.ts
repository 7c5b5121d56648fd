import { asError } from '../../errors/system-error.js';
import type { AttachmentKey } from '../attachment-key.js';
import type { Journal } from '../journal/journal.js';
import type { WarningCollector } from '../warning-collector.js';

interface WarningParts {
  readonly journal: Journal;
  readonly warnings: WarningCollector;
}

/** Warns that the intent of a settled attachment could not be removed. `recover()` removes it later. */
export function warnThatIntentStays(
  { journal, warnings }: WarningParts,
  key: AttachmentKey,
  cause: unknown,
): void {
  const { network, containerId, ifName } = key;
  const message = `its intent stays behind: ${asError(cause).message}`;
  const where = { network, containerId, ifName, file: journal.fileOf(key) };
  warnings.warn({ code: 'JOURNAL_ENTRY_NOT_REMOVED', message, ...where, cause });
}
