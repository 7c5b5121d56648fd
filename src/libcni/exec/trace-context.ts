import * as z from 'zod';
import { absentOr, instance, textWithoutNulField } from '../../arguments/fields.js';
import { lazy } from '../../arguments/lazy.js';

/** A W3C trace context to pass to plugins. */
export interface TraceContext {
  /** `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>` */
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
  /** W3C baggage. */
  readonly baggage?: string | undefined;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The variables that carry a trace context; none if it has no valid span. */
export function traceEnvironment(trace: TraceContext | undefined): Record<string, string> {
  if (trace === undefined || !TRACEPARENT.test(trace.traceparent)) return {};
  return {
    TRACEPARENT: trace.traceparent,
    ...(trace.tracestate && { TRACESTATE: trace.tracestate }),
    ...(trace.baggage && { BAGGAGE: trace.baggage }),
  };
}

/** An object filled by a tracer may have more keys, or none if there is no span. */
export const traceField = lazy(
  () =>
    z.looseObject(
      {
        traceparent: instance<string>('a string', () => true),
        tracestate: absentOr(textWithoutNulField()),
        baggage: absentOr(textWithoutNulField()),
      },
      { error: 'must be a trace context (TraceContext)' },
    ) satisfies z.ZodType<TraceContext>,
);
