import * as z from 'zod';
import { absentOr, keys, limitFields, optional, textField } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import { helperField } from '../platform/helper/index.js';
import type { NetnsLimits, NetnsOptions } from './netns-options.js';

// The shared schemas of the functions for namespaces.

const EMPTY = { error: 'must be a path, which is not empty' };
const NUL = { error: 'must be a path without NUL' };

/** A path; an empty one would mean the working folder. */
export const netnsPathField = lazy(() =>
  z
    .string(EMPTY)
    .min(1, EMPTY)
    .regex(/^[^\0]*$/, NUL),
);

/** The folder of namespaces; the default one if left out. */
export const folderSchema = lazy(() => absentOr(netnsPathField()));

/** A second name for a namespace. */
export const linkField = lazy(() =>
  keys({ dir: netnsPathField(), pod: textField() }, 'an object with dir and pod'),
);

/** The options that every function has. */
export const netnsFields = lazy(() => ({ ...limitFields(), helper: optional(helperField()) }));

/** The limits of a method. */
export const limitsSchema = lazy(() => keys(limitFields()) satisfies z.ZodType<NetnsLimits>);

/** The options of a function without others. */
export const netnsOptionsSchema = lazy(() => keys(netnsFields()) satisfies z.ZodType<NetnsOptions>);
