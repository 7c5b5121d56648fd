import * as z from 'zod';
import { cidrField, countField, folded, indexField, ipField } from './fields.js';
import type { Route } from './types.js';

const fields = z.looseObject({
  dst: cidrField,
  gw: ipField,
  mtu: countField,
  advmss: countField,
  priority: countField,
  table: indexField,
  scope: indexField,
});

/** A route, in results of every version. */
export const routeSchema = folded(fields) satisfies z.ZodType<Route>;
