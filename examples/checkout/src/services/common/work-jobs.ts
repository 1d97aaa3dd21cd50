// The receiving end of the job queue. A job stays in its table until it is done: it is taken, handled and removed in
// one transaction, so that a worker that dies gives it back.
// The span of the handling continues the sender's trace (its context is the parent) and links to it, as the messaging
// conventions ask for: https://opentelemetry.io/docs/specs/semconv/messaging/messaging-spans/

import { context, propagation, ROOT_CONTEXT, SpanKind, trace } from '@opentelemetry/api';
import type { Context, Link } from '@opentelemetry/api';
import { onStop } from '../../shared/lifeline.ts';
import { wait } from '../../shared/wait.ts';
import { inTransaction } from './database.ts';
import type { Row } from './database.ts';
import { fieldsOf } from './fields.ts';
import type { Fields } from './fields.ts';
import { log } from './log.ts';
import { markFailed } from './spans.ts';

const WORKERS = 3;
const LOOK_AGAIN_MS = 120;
const AFTER_FAILURE_MS = 1_000;

const tracer = trace.getTracer('job-queue');

type Handler = (payload: Fields) => Promise<void>;

export function workJobs(kind: string, handle: Handler): void {
  let running = true;
  onStop(() => {
    running = false;
  });
  const work = async (): Promise<void> => {
    while (running) await wait(await nextPauseMs(kind, handle));
  };
  for (let count = 0; count < WORKERS; count++) void work();
}

async function nextPauseMs(kind: string, handle: Handler): Promise<number> {
  try {
    return (await workOne(kind, handle)) ? 0 : LOOK_AGAIN_MS;
  } catch (error) {
    log.error({ err: error }, `a job ${kind} failed and stays in the queue`);
    return AFTER_FAILURE_MS;
  }
}

function workOne(kind: string, handle: Handler): Promise<boolean> {
  return inTransaction(async (client) => {
    const { rows } = await client.query<Row>(
      `DELETE FROM jobs WHERE id = (
         SELECT id FROM jobs WHERE kind = $1 ORDER BY created_at LIMIT 1 FOR UPDATE SKIP LOCKED
       ) RETURNING id, payload, headers`,
      [kind],
    );
    const [job] = rows;
    if (job === undefined) return false;
    await inConsumerSpan(kind, job, () => handle(fieldsOf(job['payload'])));
    return true;
  });
}

function inConsumerSpan(kind: string, job: Row, run: () => Promise<void>): Promise<void> {
  const sender = propagation.extract(ROOT_CONTEXT, fieldsOf(job['headers']));
  const attributes = {
    'messaging.system': 'postgresql',
    'messaging.destination.name': kind,
    'messaging.operation.name': 'process',
    'messaging.operation.type': 'process',
    'messaging.message.id': String(job['id']),
  };
  const options = { kind: SpanKind.CONSUMER, attributes, links: linksTo(sender) };
  return context.with(sender, () =>
    tracer.startActiveSpan(`process ${kind}`, options, async (span) => {
      try {
        await run();
      } catch (error) {
        markFailed(span, error);
        throw error;
      } finally {
        span.end();
      }
    }),
  );
}

function linksTo(sender: Context): Link[] {
  const spanContext = trace.getSpanContext(sender);
  return spanContext === undefined ? [] : [{ context: spanContext }];
}
