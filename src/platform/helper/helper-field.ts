import { objectWith } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';
import type { HelperClient } from './helper-client.js';

/** A client of the native helper, in the arguments of a call. */
export const helperField = lazy(() => objectWith<HelperClient>('a HelperClient', 'inspectNetns'));
