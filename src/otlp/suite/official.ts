// The encoder and decoder that OpenTelemetry generated from its published .proto files: the independent opinion in tests.

import type { Signal } from '../../base/signal.ts';

interface Codec {
  decode(bytes: Uint8Array): object;
  encode(message: object): { finish(): Uint8Array };
}

interface Generated {
  readonly opentelemetry: {
    readonly proto: {
      readonly collector: {
        readonly trace: { readonly v1: Readonly<Record<string, Codec>> };
        readonly logs: { readonly v1: Readonly<Record<string, Codec>> };
        readonly metrics: { readonly v1: Readonly<Record<string, Codec>> };
      };
    };
  };
}

// Its own types say nothing of the messages in it.
const generated = (await import('otlp-generated/build/src/generated/root.js'))
  .default as unknown as Generated;
const { trace, logs, metrics } = generated.opentelemetry.proto.collector;

const named = (codec: Codec | undefined, name: string): Codec => {
  if (codec === undefined) throw new Error(`the generated code has no ${name}`);
  return codec;
};

/** Export*ServiceRequest. */
export const officialRequest: Readonly<Record<Signal, Codec>> = {
  traces: named(trace.v1['ExportTraceServiceRequest'], 'trace request'),
  logs: named(logs.v1['ExportLogsServiceRequest'], 'logs request'),
  metrics: named(metrics.v1['ExportMetricsServiceRequest'], 'metrics request'),
};

export const officialResponse: Readonly<Record<Signal, Codec>> = {
  traces: named(trace.v1['ExportTraceServiceResponse'], 'trace response'),
  logs: named(logs.v1['ExportLogsServiceResponse'], 'logs response'),
  metrics: named(metrics.v1['ExportMetricsServiceResponse'], 'metrics response'),
};

/** Decoded and encoded again by the official code: what it does not understand is gone. */
export const throughOfficial = (signal: Signal, bytes: Uint8Array): Uint8Array =>
  officialRequest[signal].encode(officialRequest[signal].decode(bytes)).finish();
