// Tail sampling over a real log: spans beyond the memory come back from it, and a crash with traces that wait loses none.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { tailSampling } from '../../src/components/processors/tail_sampling/factory.ts';
import { encode } from '../../src/otlp/objects/encode.ts';
import { decodePlain } from '../../src/config/schema.ts';
import { SENT } from '../../src/pipeline/send-outcome.ts';
import { prometheusText } from '../../src/telemetry/prometheus-text.ts';
import { type Harness, type Hands, openHarness, until } from '../support/engine.ts';

const ERRORS = { name: 'errors', type: 'status_code', status_code: { status_codes: ['ERROR'] } };
const ALL = { name: 'all', type: 'always_sample' };

async function start(
  folder: string | undefined,
  config: Readonly<Record<string, unknown>>,
): Promise<Harness> {
  const harness = await openHarness({ components: [tailSampling], ...(folder && { folder }) });
  const decoded = decodePlain(tailSampling.config, config);
  expect(decoded.errors).toEqual([]);
  await harness.engine.start(
    harness.plan({ traces: 'hand > tail_sampling > sink/a' }, { tail_sampling: decoded.config }),
  );
  return harness;
}

let ids = 0;

interface SpanOptions {
  readonly kib?: number;
  readonly failed?: boolean;
}

const spanOf = (trace: number, name: string, { kib = 0, failed = false }: SpanOptions = {}) => ({
  traceId: trace.toString(16).padStart(32, '0'),
  spanId: (++ids).toString(16).padStart(16, '0'),
  name,
  attributes: [{ key: 'long', value: { stringValue: 'x'.repeat(kib * 1024) } }],
  status: { code: failed ? 2 : 0 },
});

const send = (hands: Hands, trace: number, name: string, more?: SpanOptions): Promise<void> =>
  sendAll(hands, [spanOf(trace, name, more)]);

/** In one request. */
async function sendAll(
  hands: Hands,
  spans: ReadonlyArray<ReturnType<typeof spanOf>>,
): Promise<void> {
  const bytes = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans: [...spans] }] }] });
  const items = spans.length;
  const answer = await hands.door?.accept({ signal: 'traces', bytes, items, peer: '127.0.0.1' });
  expect(answer).toEqual({ kind: 'accepted' });
}

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

it('reads spans back from the log that do not fit into memory', async () => {
  const { hands, engine, registry } = await start(undefined, {
    decision_wait: '2s',
    buffer_size: 512 * 1024,
    policies: [ERRORS],
  });
  await Promise.all(numbers(60).map((at) => send(hands, at + 1, `first ${at}`, { kib: 20 })));
  await Promise.all(
    numbers(60).map((at) => send(hands, at + 1, `second ${at}`, { failed: at % 2 === 0 })),
  );
  await until(() => hands.names('sink/a').length >= 60);
  const expected = numbers(60)
    .filter((at) => at % 2 === 0)
    .flatMap((at) => [`first ${at}`, `second ${at}`]);
  expect(hands.names('sink/a').toSorted()).toEqual(expected.toSorted());
  await until(() => engine.status().nodes.every(({ waiting }) => waiting === 0));
  const node = engine.status().nodes.find(({ id }) => id === 'tail_sampling');
  expect([node?.counts.dropped, node?.counts.lost.size]).toEqual([
    new Map([['not sampled', 60]]),
    0,
  ]);
  const readBack = /^throughline_tail_sampling_read_back_bytes\{.*\} (\d+)$/m;
  expect(Number(readBack.exec(prometheusText(registry))?.[1])).toBeGreaterThan(500_000);
});

it('a crash with traces that wait loses none, and what was left out stays so', async () => {
  const config = { decision_wait: '1s', policies: [ERRORS] };
  const first = await start(undefined, config);
  await send(first.hands, 1, 'kept', { failed: true });
  await send(first.hands, 2, 'left out');
  await until(() => first.hands.names('sink/a').length > 0);
  await send(first.hands, 3, 'waits');
  await new Promise((resolve) => setTimeout(resolve, 60)); // positions and decisions are stored
  const second = await start(first.crash(), config);
  await send(second.hands, 3, 'waits too', { failed: true });
  await send(second.hands, 2, 'late', { failed: true });
  await send(second.hands, 1, 'late too');
  await until(() => second.hands.names('sink/a').length >= 3);
  expect(second.hands.names('sink/a').toSorted()).toEqual(['late too', 'waits', 'waits too']);
});

it('a stop keeps what waits for the next start', async () => {
  const config = { decision_wait: '1s', policies: [ALL] };
  const first = await start(undefined, config);
  await send(first.hands, 1, 'waits');
  await until(
    () => (first.engine.status().nodes.find(({ id }) => id === 'tail_sampling')?.waiting ?? 0) > 0,
  );
  const folder = first.folder;
  await first.stop();
  expect(first.hands.names('sink/a')).toEqual([]);
  const second = await start(folder, config);
  await until(() => second.hands.names('sink/a').length > 0);
  expect(second.hands.names('sink/a')).toEqual(['waits']);
});

it('looks at all of a trace whose first request was just read back for the trace before it', async () => {
  const { hands } = await start(undefined, {
    decision_wait: '2s',
    buffer_size: 64 * 1024,
    policies: [ERRORS],
  });
  for (const at of numbers(20)) await send(hands, 10 + at, 'fills the buffer');
  await sendAll(hands, [spanOf(1, 'left out', { kib: 10 }), spanOf(2, 'first', { failed: true })]);
  await send(hands, 2, 'second');
  await send(hands, 3, 'last', { failed: true });
  await until(() => hands.names('sink/a').includes('last'));
  expect(hands.names('sink/a').toSorted()).toEqual(['first', 'last', 'second']);
});

it('has a decision on disk before the spans go', async () => {
  const { hands, folder } = await start(undefined, { decision_wait: '1s', policies: [ERRORS] });
  const journal = join(folder, 'checkpoints', 'traces', 'tail_sampling');
  const found: number[] = [];
  hands.answer.set('sink/a', () => {
    found.push(readFileSync(journal).indexOf(Buffer.from('7'.padStart(32, '0'), 'hex')));
    return SENT;
  });
  await send(hands, 7, 'kept', { failed: true });
  await until(() => found.length > 0);
  expect(found[0]).toBeGreaterThan(0);
});
