import type { ForeignFolders } from '../files/check-owner.js';
import type { StateFolderOptions } from '../files/state-folder.js';
import type { LibcniWarning } from '../libcni/index.js';
import { setAsideWarning } from './set-aside-warning.js';

/** Emits warnings. A program may replace the operator by an object without this. */
interface Warned {
  readonly emit?: (event: 'warning', warning: LibcniWarning) => boolean;
}

/** How a layer above an operator uses its own state folders: moving a file aside becomes a warning of the operator. */
export function stateOptionsFor(
  operator: Warned,
  foreignFolders: ForeignFolders | undefined,
): StateFolderOptions {
  return {
    foreignFolders,
    onSetAside: (found) => passWarningOn(operator, setAsideWarning(found)),
  };
}

/**
 * Emits a warning of a layer above an operator. A listener that throws must not stop an operation: its error surfaces
 * separately.
 */
export function passWarningOn(operator: Warned, warning: LibcniWarning): void {
  try {
    operator.emit?.('warning', warning);
  } catch (error) {
    queueMicrotask(() => {
      throw error;
    });
  }
}
