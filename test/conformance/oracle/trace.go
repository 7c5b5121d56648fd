package main

import (
	"context"

	"go.opentelemetry.io/otel/baggage"
	"go.opentelemetry.io/otel/propagation"
)

type traceContext struct {
	TraceParent string `json:"traceparent"`
	TraceState  string `json:"tracestate"`
	Baggage     string `json:"baggage"`
}

// traced returns the context of a caller with this trace; an invalid trace is ignored.
func traced(trace *traceContext) context.Context {
	ctx := context.Background()
	if trace == nil {
		return ctx
	}
	carrier := propagation.MapCarrier{"traceparent": trace.TraceParent, "tracestate": trace.TraceState}
	ctx = propagation.TraceContext{}.Extract(ctx, carrier)
	if members, err := baggage.Parse(trace.Baggage); err == nil {
		ctx = baggage.ContextWithBaggage(ctx, members)
	}
	return ctx
}
