// Reloads while data flows: nothing is lost and nothing comes twice, with processors that wait for company and with ones
// that have not decided yet.

import { expect, it } from 'vitest';
import { any } from '../../src/config/schema.ts';
import type { Batch } from '../../src/pipeline/batch.ts';
import { Batcher } from '../../src/pipeline/batching/batcher.ts';
import { defineExporter, defineExtension, defineProcessor } from '../../src/pipeline/component.ts';
import { SENT } from '../../src/pipeline/send-outcome.ts';
import { openHarness, until } from '../support/engine.ts';

const company = defineProcessor({
  type: 'company',
  stability: { traces: 'development' },
  config: any(),
  mutatesData: false,
  create: (_config, { clock }, next) => {
    const emit: Batcher['add'] = (batch) => next.consume(batch);
    const batcher = new Batcher({
      clock,
      sizer: 'items',
      minSize: 7,
      maxSize: 0,
      timeoutMs: 30,
      emit,
    });
    return { consume: (batch) => batcher.add(batch), flush: () => batcher.flush() };
  },
});

/** Keeps what comes until it is told; what it has not passed on stays its own. */
function judge() {
  const waiting = new Set<Batch>();
  let isOpen = false;
  const definition = defineProcessor({
    type: 'judge',
    stability: { traces: 'development' },
    config: any(),
    mutatesData: false,
    create: (_config, _settings, next) => {
      const mine = new Set<Batch>();
      return {
        consume: (batch) => {
          if (isOpen) return next.consume(batch);
          mine.add(batch);
          waiting.add(batch);
        },
        stop: () => {
          for (const batch of mine) waiting.delete(batch);
        },
        held: () => mine.size,
      };
    },
  });
  return { definition, waiting, open: () => (isOpen = true) };
}

it('goes from one graph to another and back under load', async () => {
  const harness = await openHarness({ components: [company] });
  const { engine, hands } = harness;
  const plans = [
    harness.plan({ traces: 'hand > company > sink/a' }),
    harness.plan({ traces: 'hand > company > sink/a sink/b' }, { company: 'other' }),
    harness.plan({ traces: 'hand > sink/a', 'traces/2': 'hand > company > sink/c' }),
    harness.plan({ traces: 'hand > forward', 'traces/3': 'forward > company > sink/a' }),
  ];
  await engine.start(plans[0] ?? harness.plan({}));
  let sending = true;
  const names: string[] = [];
  const load = (async () => {
    for (let number = 0; sending; number++) {
      const name = `span ${String(number).padStart(5, '0')}`;
      const answer = await hands.send(name);
      if (answer.kind === 'accepted') names.push(name);
    }
  })();
  for (let round = 1; round <= 12; round++) {
    await new Promise((resolve) => setTimeout(resolve, 40));
    await engine.reload(plans[round % plans.length] ?? harness.plan({}));
  }
  sending = false;
  await load;
  await until(() => hands.names('sink/a').length >= names.length);
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(names.length).toBeGreaterThan(50);
  expect(hands.names('sink/a').toSorted()).toEqual(names);
  const received = hands.events.filter((event) => event.endsWith('hand'));
  expect(received).toEqual(['start hand']); // it went on all the while
});

it('gives what a stopped processor had not decided to the next one', async () => {
  const { definition, waiting, open } = judge();
  const harness = await openHarness({ components: [definition] });
  const { engine, hands } = harness;
  await engine.start(harness.plan({ traces: 'hand > judge > sink/a' }));
  for (const name of ['a', 'b', 'c']) await hands.send(name);
  await until(() => waiting.size === 3);
  open();
  await engine.reload(harness.plan({ traces: 'hand > judge > sink/a' }, { judge: 'changed' }));
  await until(() => hands.names('sink/a').length === 3);
  expect(hands.names('sink/a')).toEqual(['a', 'b', 'c']);
});

it('reads what was not decided again after a crash', async () => {
  const first = judge();
  const before = await openHarness({ components: [first.definition] });
  await before.engine.start(before.plan({ traces: 'hand > judge > sink/a' }));
  for (const name of ['a', 'b', 'c']) await before.hands.send(name);
  await until(() => first.waiting.size === 3);
  const second = judge();
  second.open();
  const after = await openHarness({ folder: before.crash(), components: [second.definition] });
  await after.engine.start(after.plan({ traces: 'hand > judge > sink/a' }));
  await until(() => after.hands.names('sink/a').length === 3);
  expect(after.hands.names('sink/a')).toEqual(['a', 'b', 'c']);
});

it('goes back when the new graph does not start, and loses nothing over it', async () => {
  const stubborn = defineProcessor({
    type: 'stubborn',
    stability: { traces: 'development' },
    config: any(),
    mutatesData: false,
    create: (_config, _settings, next) => ({
      start: () => {
        throw new Error('no');
      },
      consume: (batch) => next.consume(batch),
    }),
  });
  const harness = await openHarness({ components: [company, stubborn] });
  const { engine, hands } = harness;
  await engine.start(harness.plan({ traces: 'hand > company > sink/a' }));
  await hands.send('before');
  await expect(
    engine.reload(harness.plan({ traces: 'hand > stubborn > sink/a sink/b' })),
  ).rejects.toMatchObject({ code: 'RELOAD_FAILED' });
  await hands.send('after');
  await until(() => hands.names('sink/a').length === 2);
  expect(hands.names('sink/a')).toEqual(['before', 'after']);
  const { reload, pipelines } = engine.status();
  expect(reload).toMatchObject({ ok: false, lines: ['no'] });
  expect(pipelines).toMatchObject([{ exporters: ['sink/a'] }]);
});

it('keeps a batch that makes a component throw, with the reason, and goes on', async () => {
  const clumsy = defineProcessor({
    type: 'clumsy',
    stability: { traces: 'development' },
    config: any(),
    mutatesData: false,
    create: (_config, _settings, next) => {
      let count = 0;
      return {
        consume: (batch) => {
          if (count++ === 1) throw new Error('dropped it');
          return next.consume(batch);
        },
      };
    },
  });
  const harness = await openHarness({ components: [clumsy] });
  const { engine, hands } = harness;
  await engine.start(harness.plan({ traces: 'hand > clumsy > sink/a' }));
  for (const name of ['a', 'b', 'c']) await hands.send(name);
  await until(() => hands.names('sink/a').length === 2);
  expect(hands.names('sink/a')).toEqual(['a', 'c']);
  const letters = () => engine.deadLetters().get('pipeline traces')?.[0];
  await until(() => letters()?.counts.requests === 1);
  expect((await letters()?.list(9))?.map(({ reason }) => reason)).toEqual(['dropped it']);
  expect(await engine.resend('pipeline traces')).toBe(1);
  await until(() => hands.names('sink/a').length === 3);
  expect(hands.names('sink/a')).toEqual(['a', 'c', 'b']);
});

it('starts extensions first and stops them last, and tells them when the graph runs', async () => {
  const events: string[] = [];
  const extension = defineExtension({
    type: 'witness',
    stability: 'development',
    config: any(),
    create: (_config, { host, id }) => ({
      start: () => void events.push(`start ${id} ${host.ready()}`),
      ready: () => void events.push(`ready ${host.ready()}`),
      notReady: () => void events.push(`not ready ${host.ready()}`),
      stop: () => void events.push(`stop ${id}`),
    }),
  });
  const harness = await openHarness();
  const { engine, hands } = harness;
  const plan = harness.plan({ traces: 'hand > sink/a' });
  const witness = { id: 'witness', definition: extension, config: {}, fingerprint: '' };
  await engine.start({
    ...plan,
    extensions: new Map([['witness', witness]]),
    started: ['witness'],
  });
  expect(hands.events).toEqual(['start sink/a', 'start hand']);
  await harness.stop();
  expect(events).toEqual(['start witness false', 'ready true', 'not ready false', 'stop witness']);
  expect(hands.events.slice(2)).toEqual(['stop hand', 'stop sink/a']);
});

it('makes what signals share anew when an extension behind it was restarted, and not before all have stopped', async () => {
  const events: string[] = [];
  let keys = 0;
  const key = defineExtension({
    type: 'key',
    stability: 'development',
    config: any(),
    create: () => {
      const mine = `key ${++keys}`;
      let isUp = false;
      return {
        start: () => void (isUp = true),
        stop: () => void (isUp = false),
        folder: () => Promise.resolve(isUp ? mine : `${mine}, stopped`),
      };
    },
  });
  const broken = defineExtension({
    type: 'broken',
    stability: 'development',
    config: any(),
    create: () => ({
      start: () => {
        throw new Error('it does not start');
      },
    }),
  });
  const door = defineExporter({
    type: 'door',
    stability: { traces: 'development', logs: 'development' },
    config: any(),
    create: (_config, settings) => {
      const shared = settings.shared(() => ({ users: 0, key: settings.extension('key') }));
      return {
        start: () => {
          if (shared.users++ === 0) events.push('open');
        },
        stop: () => {
          if (--shared.users === 0) events.push('close');
        },
        send: async () => {
          events.push(`sent with ${await shared.key.folder?.('door')}`);
          return SENT;
        },
      };
    },
  });
  const harness = await openHarness({ components: [door] });
  const { engine, hands } = harness;
  const planned = (id: string, definition: typeof key, fingerprint: string) =>
    [id, { id, definition, config: {}, fingerprint }] as const;
  const plan = harness.plan({ traces: 'hand > door', logs: 'hand > door' });
  const before = {
    ...plan,
    extensions: new Map([planned('key', key, 'a')]),
    started: ['key'],
  };
  await engine.start(before);
  await expect(
    engine.reload({
      ...plan,
      extensions: new Map([planned('key', key, 'b'), planned('broken', broken, '')]),
      started: ['key', 'broken'],
    }),
  ).rejects.toMatchObject({ code: 'RELOAD_FAILED' });
  for (const signal of ['traces', 'logs'] as const) await hands.send('x', signal);
  await until(() => events.length === 5);
  expect(events).toEqual(['open', 'close', 'open', 'sent with key 3', 'sent with key 3']);
});
