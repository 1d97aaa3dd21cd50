// Span kinds and status codes as OTLP numbers them.
// https://github.com/open-telemetry/opentelemetry-proto/blob/main/opentelemetry/proto/trace/v1/trace.proto

export const KIND_INTERNAL = 1;
export const KIND_SERVER = 2;
export const KIND_CLIENT = 3;
export const KIND_PRODUCER = 4;
export const KIND_CONSUMER = 5;

export const STATUS_ERROR = 2;

/** CLIENT and PRODUCER: the span lasts while its service waits for somebody else. */
export const isCall = (kind: number): boolean => kind === KIND_CLIENT || kind === KIND_PRODUCER;

/** SERVER and CONSUMER: the span answers somebody else. */
export const isServed = (kind: number): boolean => kind === KIND_SERVER || kind === KIND_CONSUMER;
