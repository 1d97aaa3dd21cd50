// The sending end of the job queue, a table in PostgreSQL. No instrumentation knows it, so the context of the trace is
// put into the row by hand, as it would be into a message's headers.
// Conventions: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/

import { randomUUID } from 'node:crypto';
import { context, propagation, SpanKind, trace } from '@opentelemetry/api';
import type { PoolClient } from 'pg';
import { markFailed } from './spans.ts';

const tracer = trace.getTracer('job-queue');

export function sendJob(client: PoolClient, kind: string, payload: unknown): Promise<void> {
  const id = randomUUID();
  const attributes = {
    'messaging.system': 'postgresql',
    'messaging.destination.name': kind,
    'messaging.operation.name': 'send',
    'messaging.operation.type': 'send',
    'messaging.message.id': id,
  };
  return tracer.startActiveSpan(
    `send ${kind}`,
    { kind: SpanKind.PRODUCER, attributes },
    async (span) => {
      try {
        const headers: Record<string, string> = {};
        propagation.inject(context.active(), headers);
        await client.query(
          'INSERT INTO jobs (id, kind, payload, headers) VALUES ($1, $2, $3, $4)',
          [id, kind, JSON.stringify(payload), JSON.stringify(headers)],
        );
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    },
  );
}
