import { isIP } from 'node:net';
import * as z from 'zod';
import { booleanField, functionField, keys, limitFields, optional } from '../arguments/fields.js';
import { lazy } from '../arguments/lazy.js';
import type { EtcFileOptions } from './rewrite-in-place.js';

/** Host names that a resolver accepts. */
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]*[a-z0-9_])?)*\.?$/i;
const LONGEST_NAME = 253;

export const addressField = lazy(() =>
  z.string().refine((text) => isIP(text) > 0, {
    error: 'must be an IPv4 or IPv6 address, without a prefix',
  }),
);

export const hostNameField = lazy(() =>
  z.string().refine((text) => text.length <= LONGEST_NAME && HOST_NAME.test(text), {
    error: 'must be a host name: letters, digits, "-" and "_", in parts with dots between them',
  }),
);

/** Tells the lines of one owner from those of another. It is written into a comment of the file. */
export const ownerField = lazy(() =>
  z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/, {
    error: 'must be a name of letters, digits, "_", "." and "-"',
  }),
);

export const fileField = lazy(() =>
  z
    .string({ error: 'must be the path of a file' })
    .refine((text) => text !== '' && !text.includes('\0'), { error: 'must be the path of a file' }),
);

/** How to open a file, and how long to wait for its lock. */
export const fileFields = lazy(() => ({
  ...limitFields(),
  followLinks: optional(booleanField()),
  onSetAside: optional(functionField<NonNullable<EtcFileOptions['onSetAside']>>()),
}));

export const fileOptionsSchema = lazy(() => keys(fileFields()) satisfies z.ZodType<EtcFileOptions>);
