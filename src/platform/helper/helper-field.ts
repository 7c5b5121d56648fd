import { objectWith } from '../../arguments/fields.js';
import type { HelperClient } from './helper-client.js';

/** A client of the native helper, in the arguments of a call. */
export const helperField = objectWith<HelperClient>('a HelperClient', 'inspectNetns');
