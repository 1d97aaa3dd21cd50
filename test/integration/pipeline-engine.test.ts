// The engine over a real log: what arrives where, and what a crash, a slow or dead exporter and a reload do to it.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { DeliveryConfig } from '../../src/pipeline/delivery-config.ts';
import { unexplained } from '../../src/pipeline/engine/status-of.ts';
import { SENT, type SendOutcome } from '../../src/pipeline/send-outcome.ts';
import { prometheusText } from '../../src/telemetry/prometheus-text.ts';
import { type Harness, type Hands, openHarness, until } from '../support/engine.ts';

const RETRY = {
  enabled: true,
  initial_interval: 20,
  randomization_factor: 0,
  multiplier: 1,
  max_interval: 20,
  max_elapsed_time: 0,
};
const QUEUE = { num_consumers: 2, sizer: 'requests', block_on_overflow: false } as const;
const PATIENT: DeliveryConfig = { retry_on_failure: RETRY, sending_queue: QUEUE };
const DOWN: SendOutcome = { kind: 'retry', reason: 'connection refused' };

const numbers = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, at) => `span ${String(from + at).padStart(4, '0')}`);

async function sendAll(hands: Hands, names: readonly string[]): Promise<void> {
  for (const name of names) expect(await hands.send(name)).toEqual({ kind: 'accepted' });
}

const arrivedAll = (hands: Hands, exporter: string, names: readonly string[]) =>
  until(() => new Set(hands.names(exporter)).size >= names.length);

const lostOf = (harness: Harness, exporter: string): number =>
  harness.engine
    .status()
    .nodes.filter(({ id }) => id === exporter)
    .reduce((sum, { counts }) => sum + [...counts.lost.values()].reduce((a, b) => a + b, 0), 0);

it('delivers to every exporter of every pipeline, in order, and accounts for each item', async () => {
  const harness = await openHarness();
  const { engine, hands, registry } = harness;
  await engine.start(harness.plan({ traces: 'hand > sink/a sink/b', 'traces/2': 'hand > sink/c' }));
  const names = numbers(20);
  await sendAll(hands, names);
  for (const sink of ['sink/a', 'sink/b', 'sink/c']) {
    await arrivedAll(hands, sink, names);
    expect(hands.names(sink)).toEqual(names);
  }
  await until(() => engine.status().nodes.every((node) => node.waiting === 0));
  const { nodes, edges, pipelines } = engine.status();
  expect(
    nodes.map((node) => [node.name, node.counts.in, node.counts.out, unexplained(node)]),
  ).toEqual([
    ['receiver:traces/hand', 20, 20, 0],
    ['exporter:traces/sink/a', 20, 20, 0],
    ['exporter:traces/sink/b', 20, 20, 0],
    ['exporter:traces/sink/c', 20, 20, 0],
  ]);
  expect(edges).toHaveLength(3);
  expect(pipelines.map(({ id, paused }) => [id, paused])).toEqual([
    ['traces', undefined],
    ['traces/2', undefined],
  ]);
  expect(prometheusText(registry)).toContain('otelcol_exporter_sent_spans{exporter="sink/a"} 20\n');
  expect(prometheusText(registry)).toContain(
    'otelcol_receiver_accepted_spans{receiver="hand",transport="http"} 20\n',
  );
});

it('delivers through connectors, and moves the position when both sides have delivered', async () => {
  const harness = await openHarness({ deliveries: { patient: PATIENT } });
  const { engine, hands } = harness;
  hands.answer.set('sink/b', () => DOWN);
  await engine.start(
    harness.plan(
      { traces: 'hand > forward sink/a', 'traces/behind': 'forward > sink/b' },
      { 'sink/b': 'patient' },
    ),
  );
  const names = numbers(5);
  await sendAll(hands, names);
  await arrivedAll(hands, 'sink/a', names);
  await new Promise((resolve) => setTimeout(resolve, 60)); // positions are stored
  const again = await openHarness({ folder: harness.crash() });
  await again.engine.start(
    again.plan({ traces: 'hand > forward sink/a', 'traces/behind': 'forward > sink/b' }),
  );
  await arrivedAll(again.hands, 'sink/b', names);
  expect(again.hands.names('sink/b')).toEqual(names);
  expect(again.hands.names('sink/a')).toEqual([]); // it had them
});

it('tries again what was not delivered, and nothing is lost or repeated when the other side comes back', async () => {
  const harness = await openHarness({ deliveries: { patient: PATIENT } });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', () => DOWN);
  await engine.start(harness.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'patient' }));
  const names = numbers(50);
  await sendAll(hands, names);
  await until(() => engine.status().nodes.some(({ counts }) => counts.lastError !== undefined));
  const node = engine.status().nodes.find(({ id }) => id === 'sink/a');
  expect(node?.counts.lastError?.text).toBe('sink/a: connection refused');
  expect(node?.counts.lastError?.fix).toMatch(/^It is tried again in 0\.0 s/);
  expect(node?.waiting).toBe(50);
  hands.answer.delete('sink/a');
  await arrivedAll(hands, 'sink/a', names);
  expect(hands.names('sink/a').toSorted()).toEqual(names);
  await until(() => engine.status().nodes.every(({ counts }) => counts.lastError === undefined));
});

it.each<[what: string, plan: string]>([
  ['alone: the log is its queue', 'hand > sink/a'],
  ['beside others: its queue is on disk', 'hand > sink/a sink/b'],
])('a window that is full loses nothing; %s', async (_what, pipeline) => {
  const harness = await openHarness({ deliveries: { patient: PATIENT }, windowBytes: 200 });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', () => DOWN);
  await engine.start(harness.plan({ traces: pipeline }, { 'sink/a': 'patient' }));
  const names = numbers(60);
  await sendAll(hands, names);
  const alone = !pipeline.includes('sink/b');
  await until(() => alone || hands.names('sink/b').length === 60);
  expect(hands.names('sink/b')).toEqual(alone ? [] : names); // not held up
  const queue = engine.status().nodes.find(({ id }) => id === 'sink/a')?.queue;
  expect((queue?.size ?? 0) > 40).toBe(!alone); // the rest is in the log
  hands.answer.delete('sink/a');
  await arrivedAll(hands, 'sink/a', names);
  expect(hands.names('sink/a').toSorted()).toEqual(names);
  expect(lostOf(harness, 'sink/a')).toBe(0);
});

it('goes on after a crash: what was acknowledged is delivered, from window, log and disk queue', async () => {
  const first = await openHarness({ deliveries: { patient: PATIENT }, windowBytes: 200 });
  const plan = { traces: 'hand > sink/a sink/b', 'traces/alone': 'hand > sink/c' };
  const configs = { 'sink/a': 'patient', 'sink/c': 'patient' };
  first.hands.answer.set('sink/a', () => DOWN);
  first.hands.answer.set('sink/c', () => DOWN);
  await first.engine.start(first.plan(plan, configs));
  const names = numbers(40);
  await sendAll(first.hands, names);
  await arrivedAll(first.hands, 'sink/b', names);
  await new Promise((resolve) => setTimeout(resolve, 60));
  const second = await openHarness({ folder: first.crash(), deliveries: { patient: PATIENT } });
  await second.engine.start(second.plan(plan, configs));
  await arrivedAll(second.hands, 'sink/a', names);
  await arrivedAll(second.hands, 'sink/c', names);
  expect(second.hands.names('sink/a').toSorted()).toEqual(names);
  expect(second.hands.names('sink/c').toSorted()).toEqual(names);
  expect(second.hands.names('sink/b')).toEqual([]);
});

it('stops within the deadline while the other side is down, and delivers after the next start', async () => {
  const first = await openHarness({ deliveries: { patient: PATIENT } });
  first.hands.answer.set('sink/a', () => DOWN);
  await first.engine.start(first.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'patient' }));
  const names = numbers(10);
  await sendAll(first.hands, names);
  const from = performance.now();
  await first.stop(5000);
  expect(performance.now() - from).toBeLessThan(1500); // it only backs off: there is nothing to wait for
  const second = await openHarness({ folder: first.folder, deliveries: { patient: PATIENT } });
  await second.engine.start(second.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'patient' }));
  await arrivedAll(second.hands, 'sink/a', names);
  expect(second.hands.names('sink/a').toSorted()).toEqual(names);
});

it('counts what a queue in memory still had at the stop, and says after a death what was in it', async () => {
  const deliveries = { memory: { ...PATIENT, sending_queue: { ...QUEUE, storage: 'memory' } } };
  const open = async (folder?: string) => {
    const harness = await openHarness({ deliveries, ...(folder && { folder }) });
    harness.hands.answer.set('sink/a', () => DOWN);
    await harness.engine.start(harness.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'memory' }));
    return harness;
  };
  const nodeOf = ({ engine }: Awaited<ReturnType<typeof open>>) =>
    engine.status().nodes.find(({ id }) => id === 'sink/a');
  const first = await open();
  await sendAll(first.hands, numbers(10));
  await until(() => nodeOf(first)?.waiting === 10);
  const note = join(first.folder, 'queues', encodeURIComponent('sink/a'), 'traces.in-memory');
  await until(() => readFileSync(note, 'utf8') === '10');
  const second = await open(first.crash());
  expect(nodeOf(second)?.counts.lastError?.text).toContain('10 spans were noted last');
  await first.stop();
  expect(prometheusText(first.registry)).toMatch(
    /^throughline_component_lost_items\{[^}]*component="sink\/a"[^}]*reason="in memory at the stop"\} 10$/m,
  );
  const third = await open(first.folder);
  expect(nodeOf(third)?.counts.lastError).toBeUndefined(); // it ended in order
});

it('keeps what is refused for good with the reason, and sends it again on request', async () => {
  const harness = await openHarness({ deliveries: { patient: PATIENT } });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', (names) =>
    names[0]?.endsWith('3') === true ? { kind: 'permanent', reason: 'no such tenant' } : SENT,
  );
  const plan = harness.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'patient' });
  await engine.start(plan);
  await sendAll(hands, numbers(20));
  const letters = async () => (await engine.deadLetters().get('sink/a')?.[0]?.list(10)) ?? [];
  await until(async () => (await letters()).length === 2);
  expect(await letters()).toMatchObject([
    { reason: 'no such tenant', items: 1 },
    { reason: 'no such tenant', items: 1 },
  ]);
  const failed = engine.status().nodes.find(({ id }) => id === 'sink/a')?.counts.failed;
  expect(failed).toEqual(new Map([['no such tenant', 2]]));
  hands.answer.delete('sink/a');
  expect(await engine.resend('sink/a')).toBe(2);
  await arrivedAll(hands, 'sink/a', numbers(20));
  expect(hands.names('sink/a').toSorted()).toEqual(numbers(20));
  await until(async () => (await letters()).length === 0);
  expect(await letters()).toEqual([]);
});

it('gives up after max_elapsed_time, into the dead letters', async () => {
  const hasty = { ...PATIENT, retry_on_failure: { ...RETRY, max_elapsed_time: 50 } };
  const harness = await openHarness({ deliveries: { hasty } });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', () => DOWN);
  await engine.start(harness.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'hasty' }));
  await sendAll(hands, ['one']);
  const letters = () => engine.deadLetters().get('sink/a')?.[0];
  await until(() => letters()?.counts.requests === 1);
  expect((await letters()?.list(9))?.map(({ reason }) => reason)).toEqual([
    'given up after 0 s: connection refused',
  ]);
});

it('refuses at the door when an exporter is full that may not lose anything, and takes again later', async () => {
  const harness = await openHarness({
    deliveries: {
      small: { ...PATIENT, sending_queue: { ...QUEUE, queue_size: 3, on_full: 'refuse' } },
    },
    windowBytes: 200,
  });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', () => DOWN);
  await engine.start(harness.plan({ traces: 'hand > sink/a sink/b' }, { 'sink/a': 'small' }));
  const names: string[] = [];
  let refusal: unknown;
  for (const name of numbers(100)) {
    const answer = await hands.send(name);
    if (answer.kind === 'busy') {
      refusal = answer;
      break;
    }
    names.push(name);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
  expect(refusal).toMatchObject({
    kind: 'busy',
    reason: 'exporter sink/a does not get rid of its data, and its queue is full',
  });
  hands.answer.delete('sink/a');
  await arrivedAll(hands, 'sink/a', names);
  expect(hands.names('sink/a').toSorted()).toEqual(names);
  expect((await hands.send('later')).kind).toBe('accepted');
});

it('loses the oldest, counted, where the file says so', async () => {
  const small: DeliveryConfig = {
    ...PATIENT,
    sending_queue: { ...QUEUE, queue_size: 5, num_consumers: 1 },
  };
  const harness = await openHarness({ deliveries: { small } });
  const { engine, hands } = harness;
  let down = true;
  hands.answer.set('sink/a', () => (down ? DOWN : SENT));
  await engine.start(harness.plan({ traces: 'hand > sink/a sink/b' }, { 'sink/a': 'small' }));
  const names = numbers(30);
  await sendAll(hands, names);
  await arrivedAll(hands, 'sink/b', names);
  await until(() => lostOf(harness, 'sink/a') >= 24);
  down = false;
  await until(() => hands.names('sink/a').length >= 6);
  const got = hands.names('sink/a').toSorted();
  expect(lostOf(harness, 'sink/a') + got.length).toBe(30);
  expect(got.slice(-5)).toEqual(names.slice(-5)); // the newest are there
});

it('a queue in memory survives nothing, and says so', async () => {
  const memory: DeliveryConfig = { ...PATIENT, sending_queue: { ...QUEUE, storage: 'memory' } };
  const first = await openHarness({ deliveries: { memory } });
  first.hands.answer.set('sink/a', () => DOWN);
  await first.engine.start(first.plan({ traces: 'hand > sink/a' }, { 'sink/a': 'memory' }));
  await sendAll(first.hands, numbers(10));
  await until(() => first.engine.status().nodes.at(-1)?.waiting === 10);
  await first.stop(100);
  expect(prometheusText(first.registry)).toContain(
    'otelcol_exporter_enqueue_failed_spans{exporter="sink/a"} 10\n',
  );
});

it('takes over a new configuration: what did not change goes on, what waits is not lost', async () => {
  const harness = await openHarness({ deliveries: { patient: PATIENT, other: { ...PATIENT } } });
  const { engine, hands } = harness;
  hands.answer.set('sink/a', () => DOWN);
  const before = { traces: 'hand > sink/a', 'traces/2': 'hand > sink/b' };
  await engine.start(harness.plan(before, { 'sink/a': 'patient' }));
  const names = numbers(20);
  await sendAll(hands, names);
  await arrivedAll(hands, 'sink/b', names);
  hands.events.length = 0;
  const after = { traces: 'hand > sink/a sink/c', 'traces/2': 'hand > sink/b' };
  await engine.reload(harness.plan(after, { 'sink/a': 'other' }));
  expect(hands.events.toSorted()).toEqual(['start sink/a', 'start sink/c', 'stop sink/a']);
  hands.answer.delete('sink/a');
  const more = numbers(5, 20);
  await sendAll(hands, more);
  await arrivedAll(hands, 'sink/a', [...names, ...more]);
  await arrivedAll(hands, 'sink/c', more);
  expect(hands.names('sink/a').toSorted()).toEqual([...names, ...more]);
  expect(hands.names('sink/b')).toEqual([...names, ...more]);
  expect(hands.names('sink/c')).toEqual(more);
  expect(engine.status().reload).toMatchObject({ ok: true });
});
