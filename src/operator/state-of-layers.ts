import type { ForeignFolders } from '../files/check-owner.js';
import type { StateFolderOptions } from '../files/state-folder.js';
import type { LibcniWarning } from '../libcni/index.js';
import { setAsideWarning } from './set-aside-warning.js';

/** Who tells its listeners of warnings. A program may stand in for an operator with less. */
interface Warned {
  readonly emit?: (event: 'warning', warning: LibcniWarning) => boolean;
}

/** How a layer above an operator uses its own folders of state: what it moves aside is a warning of the operator. */
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
 * Tells the listeners of an operator what a layer above it has met. A listener that throws is not to stop an operation: its
 * error surfaces on its own.
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
