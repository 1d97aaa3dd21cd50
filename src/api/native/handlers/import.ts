// POST /import: requests go into the log as those of a receiver do, with the times they carry. Read piece by piece: one
// request is in memory, and a full log slows the sender down.

import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '../../../base/app-error.ts';
import { type Signal, SIGNALS } from '../../../base/signal.ts';
import type { HttpRequest } from '../../../net/http-message.ts';
import { badRequest } from '../../../net/http-error.ts';
import type { ImportAnswer } from '../../contract/transfer.ts';
import type { NativeContext } from '../context.ts';
import { type ImportedRequest, importRequests } from '../import-requests.ts';
import { optional } from '../params.ts';

/** How long a full log is waited for before the import gives up. */
const FULL_PATIENCE_MS = 30_000;

export async function postImport(
  context: NativeContext,
  request: HttpRequest,
): Promise<ImportAnswer> {
  const signal = signalOf(request);
  const format = formatOf(request);
  const items: Record<Signal, number> = { traces: 0, metrics: 0, logs: 0 };
  const rejected = new Map<string, number>();
  let requests = 0;
  let repeated = 0;
  for await (const imported of importRequests(request.pieces(), format, signal)) {
    requests += 1;
    const { checked } = imported;
    for (const { reason, count } of checked.rejected) {
      rejected.set(reason, (rejected.get(reason) ?? 0) + count);
    }
    if (checked.items === 0) continue;
    const outcome = await append(context, request, imported);
    if (outcome === 'repeated') repeated += checked.items;
    items[imported.signal] += checked.items;
  }
  return {
    requests,
    spans: items.traces,
    logRecords: items.logs,
    metricPoints: items.metrics,
    repeated,
    rejected: [...rejected].map(([reason, count]) => ({ reason, count })),
  };
}

async function append(
  context: NativeContext,
  request: HttpRequest,
  { signal, checked }: ImportedRequest,
): Promise<'stored' | 'repeated'> {
  const deadlineMs = performance.now() + FULL_PATIENCE_MS;
  for (;;) {
    const { bytes, items } = checked;
    const entry = { signal, receiver: 'import', peer: request.peer, bytes, items };
    const outcome = await context.program.append(entry);
    if (outcome.kind !== 'full') return outcome.kind;
    if (performance.now() + outcome.retryAfterMs > deadlineMs) {
      throw new AppError('IMPORT_STOPPED', {
        message: `The log is full: ${outcome.reason} What came before is stored; import the file again later, it is not stored twice within five minutes.`,
        retryable: true,
      });
    }
    await delay(outcome.retryAfterMs, undefined, { signal: request.signal });
  }
}

function signalOf(request: HttpRequest): Signal | undefined {
  const value = optional(request, 'signal');
  const known = SIGNALS.find((signal) => signal === value);
  if (value !== undefined && known === undefined) {
    throw badRequest(`signal = ${value} is not one of ${SIGNALS.join(', ')}.`);
  }
  return known;
}

function formatOf(request: HttpRequest): 'json' | 'protobuf' {
  const type = (request.headers['content-type'] ?? '').toLowerCase().split(';')[0]?.trim();
  if (type === 'application/x-protobuf' || type === 'application/protobuf') return 'protobuf';
  if (
    type === 'application/json' ||
    type === 'application/x-ndjson' ||
    type === 'application/jsonl'
  )
    return 'json';
  throw new AppError('HTTP_BAD_MEDIA_TYPE', {
    message: `Content-Type ${JSON.stringify(type ?? '')} is not taken. Send application/x-ndjson or application/x-protobuf.`,
  });
}
