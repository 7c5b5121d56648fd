import { expect, test } from 'vitest';
import { traceEnvironment } from '../../src/libcni/exec/trace-context.js';

const rest = '0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';

test('a trace context of the version ff, which the specification forbids, is not handed on', () => {
  expect(traceEnvironment({ traceparent: `ff-${rest}`, baggage: 'a=1' })).toEqual({});
  expect(traceEnvironment({ traceparent: `00-${rest}` })).toEqual({ TRACEPARENT: `00-${rest}` });
});
