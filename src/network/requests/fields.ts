import * as z from 'zod';
import { judgedField, keys, limitFields } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import { validateContainerId, validateInterfaceName, validateNetworkName } from '../../libcni/names.js';

/** iSulad's limit; a name becomes part of file names. */
const LONGEST_NAME = 200;

export const networkNameField = lazy(() =>
  judgedField<string>(validateNetworkName).refine((name) => name.length <= LONGEST_NAME, {
    error: `must be a network name of at most ${LONGEST_NAME} characters`,
  }),
);

/** A name, an id, or the beginning of one. */
export const networkReferenceField = lazy(() =>
  z.string().min(1, { error: 'must be the name or the id of a network' }),
);

export const containerIdField = lazy(() => judgedField<string>(validateContainerId));

/** The kernel takes `%` for the place of a number of its own choice. */
export const ifNameField = lazy(() =>
  judgedField<string>(validateInterfaceName).refine((name) => !name.includes('%'), {
    error: 'must be an interface name without "%"',
  }),
);

const DNS_NAME = /^[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?$/i;

/** A name under which containers find each other. */
export const hostNameField = lazy(() =>
  z.string().max(253).regex(DNS_NAME, { error: 'must be a host name: letters, digits, ".", "-" and "_"' }),
);

export const textsField = lazy(() => z.record(z.string(), z.string()));

export const limitsSchema = lazy(() => keys(limitFields()).prefault({}));
