// A manual span around a piece of business logic. It is ended in `finally`, on every path: a span that is never ended
// is never exported, and its children hang in the air.

import { SpanStatusCode, trace } from '@opentelemetry/api';
import type { Span } from '@opentelemetry/api';
import { setting } from './setting.ts';

const tracer = trace.getTracer(setting('SERVICE_NAME'));

export function inSpan<T>(name: string, run: (span: Span) => Promise<T>): Promise<T> {
  return tracer.startActiveSpan(name, async (span) => {
    try {
      return await run(span);
    } catch (error) {
      markFailed(span, error);
      throw error;
    } finally {
      span.end();
    }
  });
}

export function markFailed(span: Span, error: unknown): void {
  const failure = error instanceof Error ? error : new Error(String(error));
  span.recordException(failure);
  span.setStatus({ code: SpanStatusCode.ERROR, message: failure.message });
}
