import { expect, it } from 'vitest';
import { object } from '../config/schema.ts';
import { encode } from '../otlp/objects/encode.ts';
import { looseBatch, mergeBatches } from './batch.ts';
import { defineProcessor } from './component.ts';
import { runProcessor } from './suite/run-processor.ts';
import { TestSources } from './suite/test-batches.ts';

const REQUEST = { bytes: encode('traces', {}), items: 0 };

it('joins requests without copying, and in one piece when asked', () => {
  const sources = new TestSources();
  const a = sources.spans([{ name: 'a' }], { receivedAtMs: 7 });
  const b = sources.spans([{ name: 'b' }, { name: 'c' }], { receivedAtMs: 3 });
  const both = mergeBatches([a, b]);
  expect(both.parts).toEqual([a.bytes, b.bytes]);
  expect([both.items, both.size, both.receivedAtMs]).toEqual([3, a.size + b.size, 3]);
  expect(both.index().count).toBe(3);
  expect(both.parts).toEqual([both.bytes]);
  expect(both.bytes.length).toBe(both.size);
  both.release();
  expect(sources.held).toBe(0);
});

it.each<[what: string, holds: number, act: (sources: TestSources) => void]>([
  ['a batch holds its source', 1, (sources) => void sources.spans([{}])],
  ['replacing its bytes keeps the hold', 1, (sources) => void sources.spans([{}]).with(REQUEST)],
  ['metadata keeps the hold', 1, (sources) => void sources.spans([{}]).withMetadata({ a: 'b' })],
  [
    'each part of a split has one',
    3,
    (sources) => void sources.spans([{}]).split([REQUEST, REQUEST, REQUEST]),
  ],
  ['a split into nothing releases', 0, (sources) => void sources.spans([{}]).split([])],
  ['sharing adds one for each', 3, (sources) => sources.spans([{}]).retain(2)],
  [
    'merging keeps one of each',
    2,
    (sources) => void mergeBatches([sources.spans([{}]), sources.spans([{}])]),
  ],
  [
    'releasing a merge releases all',
    0,
    (sources) => mergeBatches([sources.spans([{}]), sources.spans([{}])]).release(),
  ],
  ['what is computed has no source', 0, () => looseBatch('traces', REQUEST, 0).release()],
])('%s', (_what, holds, act) => {
  const sources = new TestSources();
  act(sources);
  expect(sources.held).toBe(holds);
});

it('refuses to release more often than held', () => {
  const batch = new TestSources().spans([{}]);
  batch.release();
  expect(() => batch.release()).toThrow('more often than held');
});

it('runs a component as an author writes it', async () => {
  const everyOther = defineProcessor({
    type: 'every_other',
    stability: { traces: 'alpha' },
    config: object({}),
    mutatesData: false,
    create: (_config, { telemetry }, next) => {
      let count = 0;
      return {
        consume: (batch) => {
          if (count++ % 2 === 1) return next.consume(batch);
          telemetry.dropped(batch.items, 'every other batch');
          batch.release();
        },
      };
    },
  });
  const run = await runProcessor(everyOther);
  await run.feed(run.sources.spans([{ name: 'a' }]), run.sources.spans([{ name: 'b' }]));
  expect(run.out.spans().map(({ name }) => name)).toEqual(['b']);
  expect(run.settings.telemetry.snapshot().dropped).toEqual(new Map([['every other batch', 1]]));
  run.out.release();
  expect(run.sources.held).toBe(0);
});
