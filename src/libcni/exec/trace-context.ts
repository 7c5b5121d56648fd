import { isAbsent, isKeyed } from '../../errors/check-value.js';
import { invalidArgument } from '../../errors/invalid-argument.js';

/** A W3C trace context to hand to plugins. */
export interface TraceContext {
  /** `00-<32 hex trace id>-<16 hex span id>-<2 hex flags>` */
  readonly traceparent: string;
  readonly tracestate?: string | undefined;
  /** W3C baggage. */
  readonly baggage?: string | undefined;
}

const TRACEPARENT = /^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/;

/** The variables that carry a trace context; none where it has no valid span. */
export function traceEnvironment(trace: TraceContext | undefined): Record<string, string> {
  if (trace === undefined || !TRACEPARENT.test(trace.traceparent)) return {};
  return {
    TRACEPARENT: trace.traceparent,
    ...(trace.tracestate && { TRACESTATE: trace.tracestate }),
    ...(trace.baggage && { BAGGAGE: trace.baggage }),
  };
}

/** @throws LibcniError `ERR_CONF_INVALID` for what no environment can hold. */
export function checkTrace(trace: unknown): void {
  if (trace === undefined) return;
  if (!isKeyed(trace)) throw invalidArgument('trace', 'a trace context (TraceContext)', trace);
  for (const key of ['tracestate', 'baggage']) {
    const value: unknown = Reflect.get(trace, key);
    if (isAbsent(value) || (typeof value === 'string' && !value.includes('\0'))) continue;
    throw invalidArgument(`trace.${key}`, 'a text without NUL', value);
  }
}
