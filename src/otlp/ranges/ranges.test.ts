import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../../base/signal.ts';
import { batchOf } from '../batch.ts';
import { checkRequest } from '../check/check-request.ts';
import { decode } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import { anyRequest } from '../suite/arbitraries.ts';
import { concatBatches } from './concat.ts';
import { groupByResource, groupByTrace } from './group.ts';
import { pickItems, splitBatch } from './select.ts';

const span = (traceId: string, spanId: string, name: string) => ({
  traceId: traceId.padStart(32, '0'),
  spanId: spanId.padStart(16, '0'),
  name,
});

const resource = (name: string) => ({
  attributes: [{ key: 'service.name', value: { stringValue: name } }],
});

const bytes = encode('traces', {
  resourceSpans: [
    {
      resource: resource('a'),
      scopeSpans: [
        { scope: { name: 'x' }, spans: [span('1', '1', 'one'), span('2', '2', 'two')] },
        { scope: { name: 'y' }, spans: [span('1', '3', 'three')] },
      ],
    },
    { resource: resource('b'), scopeSpans: [{ spans: [span('2', '4', 'four')] }] },
    { resource: resource('a'), scopeSpans: [{ spans: [span('3', '5', 'five')] }] },
  ],
});
const batch = batchOf('traces', bytes, 5);

/** service / scope / span, in order. */
const outline = (request: Uint8Array): string[] =>
  decode('traces', request).resourceSpans.flatMap((group) =>
    group.scopeSpans.flatMap((scope) =>
      scope.spans.map(
        ({ name }) =>
          `${group.resource?.attributes[0]?.value?.stringValue}/${scope.scope?.name ?? ''}/${name}`,
      ),
    ),
  );

const groupsOf = ({ count, order, starts }: ReturnType<typeof groupByTrace>): number[][] =>
  Array.from({ length: count }, (_, g) => [...order.subarray(starts[g], starts[g + 1])]);

describe('regrouping', () => {
  it('by trace', () => {
    const groups = groupByTrace(batch);
    expect(groupsOf(groups)).toEqual([[0, 2], [1, 3], [4]]);
    const second = pickItems(batch, groups.order.subarray(groups.starts[1], groups.starts[2]));
    expect(outline(second.bytes)).toEqual(['a/x/two', 'b//four']);
    expect(second.items).toBe(2);
  });

  it('by resource', () => {
    const groups = groupByResource(batch, (group) => {
      const { innerStart, innerEnd } = batch.index().resources;
      return Buffer.from(bytes.subarray(innerStart[group], innerEnd[group])).toString('latin1');
    });
    expect(groupsOf(groups)).toEqual([[0, 1, 2, 4], [3]]);
    const first = pickItems(batch, groups.order.subarray(0, groups.starts[1]));
    expect(outline(first.bytes)).toEqual(['a/x/one', 'a/x/two', 'a/y/three', 'a//five']);
  });

  it('finds every trace of a large request, colliding or not', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(9), { maxLength: 60 }), (traces) => {
        const spans = traces.map((trace, i) => span(`${trace + 1}`, `${i + 1}`, ''));
        const request = encode('traces', { resourceSpans: [{ scopeSpans: [{ spans }] }] });
        const groups = groupsOf(groupByTrace(batchOf('traces', request, traces.length)));
        const expected = [...new Set(traces)].map((trace) =>
          traces.flatMap((other, i) => (other === trace ? [i] : [])),
        );
        expect(groups).toEqual(expected);
      }),
    );
  });

  it('keeps fields that stand between items, known or not', () => {
    // ScopeLogs { log_records: {}, schema_url: "s", unknown 31: "u", log_records: { flags: 1 } }
    const scattered = Uint8Array.from(
      Buffer.from(
        '0a11120f' + '1200' + '1a0173' + 'fa010175' + '1205' + '4501000000',
        'hex',
      ).subarray(0),
    );
    scattered[1] = scattered.length - 2;
    scattered[3] = scattered.length - 4;
    const checked = checkRequest('logs', scattered);
    expect(checked.items).toBe(2);
    const last = pickItems(batchOf('logs', scattered, 2), [1]);
    expect(Buffer.from(last.bytes).toString('hex')).toContain('1a0173' + 'fa010175');
    expect(decode('logs', last.bytes).resourceLogs[0]?.scopeLogs).toMatchObject([
      { schemaUrl: 's', logRecords: [{ flags: 1 }] },
    ]);
  });
});

describe('splitting', () => {
  it.each<[name: string, limits: Parameters<typeof splitBatch>[1], pieces: number[]]>([
    ['no limits', {}, [5]],
    ['0 is no limit', { maxItems: 0, maxBytes: 0 }, [5]],
    ['by items', { maxItems: 2 }, [2, 2, 1]],
    ['by bytes', { maxBytes: 180 }, [2, 2, 1]],
    ['an item larger than the limit goes alone', { maxBytes: 1 }, [1, 1, 1, 1, 1]],
  ])('%s', (_name, limits, expected) => {
    const pieces = splitBatch(batch, limits);
    expect(pieces.map(({ items }) => items)).toEqual(expected);
    expect(pieces.flatMap((piece) => outline(piece.bytes))).toEqual(outline(bytes));
  });

  it.each(SIGNALS)('%s: pieces are within the limit and hold everything', (signal) => {
    fc.assert(
      fc.property(anyRequest[signal], fc.integer({ min: 60, max: 2000 }), (request, maxBytes) => {
        const whole = encode(signal, request);
        const { items } = checkRequest(signal, whole);
        const pieces = splitBatch(batchOf(signal, whole, items), { maxBytes });
        expect(pieces.reduce((sum, piece) => sum + piece.items, 0)).toBe(items);
        for (const piece of pieces) {
          expect(piece.bytes.length <= maxBytes || piece.items < 2).toBe(true);
          expect(checkRequest(signal, piece.bytes)).toMatchObject({
            items: piece.items,
            rejected: [],
          });
        }
      }),
    );
  });
});

it('concatenation is the request with all of them', () => {
  const joined = concatBatches('traces', [batch, batch]);
  expect(joined.items).toBe(10);
  expect(joined.index().count).toBe(10);
  expect(outline(joined.bytes)).toEqual([...outline(bytes), ...outline(bytes)]);
  expect(concatBatches('traces', [batch])).toBe(batch);
});
