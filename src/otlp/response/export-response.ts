// Export*ServiceResponse: empty when all was accepted, with partial_success when part of it was not, or when there is
// something to say. https://opentelemetry.io/docs/specs/otlp/#partial-success

import type { Signal } from '../../base/signal.ts';
import { EXPORT_RESPONSE, PARTIAL_SUCCESS } from '../fields.ts';
import { ProtobufWriter } from '../wire/protobuf-writer.ts';

export interface PartialSuccess {
  /** Spans, log records or data points that were not accepted. */
  readonly rejected: number;
  /** Why, for the sender; with `rejected` 0 a warning. */
  readonly message: string;
}

const REJECTED_NAME: Readonly<Record<Signal, string>> = {
  traces: 'rejectedSpans',
  logs: 'rejectedLogRecords',
  metrics: 'rejectedDataPoints',
};

/** The field numbers are the same for the three signals. @param partial undefined: all was accepted. */
export function exportResponse(partial?: PartialSuccess): Uint8Array {
  const writer = new ProtobufWriter(64);
  if (partial !== undefined) {
    const mark = writer.open(EXPORT_RESPONSE.partialSuccess);
    if (partial.rejected !== 0) writer.uint(PARTIAL_SUCCESS.rejected, partial.rejected);
    if (partial.message !== '') writer.string(PARTIAL_SUCCESS.errorMessage, partial.message);
    writer.close(mark);
  }
  return writer.finish();
}

export function exportResponseJson(signal: Signal, partial?: PartialSuccess): string {
  if (partial === undefined) return '{}';
  const { rejected, message } = partial;
  return JSON.stringify({
    partialSuccess: {
      ...(rejected === 0 ? {} : { [REJECTED_NAME[signal]]: String(rejected) }),
      ...(message === '' ? {} : { errorMessage: message }),
    },
  });
}
