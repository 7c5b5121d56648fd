import * as z from 'zod';
import { lazy } from '../../arguments/lazy.js';
import { cidrField, countField, folded, indexField, ipField } from './fields.js';
import type { Route } from './types.js';

const fields = lazy(() =>
  z.looseObject({
    dst: cidrField(),
    gw: ipField(),
    mtu: countField(),
    advmss: countField(),
    priority: countField(),
    table: indexField(),
    scope: indexField(),
  }),
);

/** A route, in results of every version. */
export const routeSchema = lazy(() => folded(fields()) satisfies z.ZodType<Route>);
