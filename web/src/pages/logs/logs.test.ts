import { describe, expect, test } from 'vitest';
import type { Level, LogHistogramAnswer, LogRow } from '../../../../src/api/contract/logs.ts';
import { andTerm } from '../../lib/filter/and-term.ts';
import { messagePieces } from './message-pieces.ts';
import { arrived, EMPTY_TAIL, released, TAIL_KEPT, tailRate } from './tail-state.ts';
import { levelTotals, LEVELS_SHOWN, niceTop, sinceBucket, volumeOf } from './volume.ts';
import { chartLabel, warningWords, withoutTraceWords } from './volume-words.ts';

describe('what varies in a message', () => {
  test.each([
    ['order ord_81f3c2 created, 8 items, 214.90 EUR', ['ord_81f3c2', '8', '214.90']],
    ['charge attempt 1 failed: no answer after 1500 ms', ['1', '1500']],
    ['POST /checkout 201 in 4087ms', ['201', '4087ms']],
    ['violates unique constraint "refunds_request_id"', ['"refunds_request_id"']],
    ['order ord_93de55d5-a859 shipped', ['ord_93de55d5-a859']],
    ['id 3f2b8c1a-9d4e-4f5a-8b6c-7d8e9f0a1b2c gone', ['3f2b8c1a-9d4e-4f5a-8b6c-7d8e9f0a1b2c']],
    ['from 10.0.0.12:5432 at 14:02:11.250', ['10.0.0.12:5432', '14:02:11.250']],
    ['http2 over ipv4, api.v1/users', []],
    ["the user's cart isn't empty", []],
    ['', []],
  ])('%j', (text, varying) => {
    const pieces = messagePieces(text);
    expect(pieces.map((piece) => piece.text).join('')).toBe(text);
    expect(pieces.filter((piece) => piece.varies).map((piece) => piece.text)).toEqual(varying);
    for (const piece of pieces) expect(text.slice(piece.from).startsWith(piece.text)).toBe(true);
  });

  test('a long text is left as it is', () => {
    const text = 'a 1 '.repeat(1_000);
    expect(messagePieces(text)).toEqual([{ from: 0, text, varies: false }]);
  });
});

const histogram = (
  levels: Partial<Record<Level, readonly number[]>>,
  buckets: number,
): LogHistogramAnswer => {
  const all: Record<Level, readonly number[]> = {
    trace: [],
    debug: [],
    info: [],
    warn: [],
    error: [],
    fatal: [],
    unknown: [],
  };
  for (const level of LEVELS_SHOWN)
    all[level] = levels[level] ?? Array.from({ length: buckets }, () => 0);
  return {
    meta: {
      range: null,
      elapsedMs: 1,
      rowsRead: 1,
      bytesRead: 1,
      partial: null,
      estimated: false,
      empty: null,
    },
    stepNanos: 60e9,
    levels: all,
    total: 0,
    withoutTrace: 0,
  };
};

describe('the volume', () => {
  const answer = histogram(
    { info: [10, 10, 10], warn: [0, 2, 1], error: [0, 0, 1], fatal: [1, 0, 0] },
    3,
  );

  test('counts every level, warnings and errors apart', () => {
    expect(volumeOf(answer, [])).toMatchObject({
      lines: [11, 12, 12],
      warnings: [0, 2, 1],
      errors: [1, 0, 1],
      total: 35,
      warningTotal: 3,
      errorTotal: 2,
    });
    expect(levelTotals(answer).get('warn')).toBe(3);
  });

  test('counts only the levels that are chosen', () => {
    expect(volumeOf(answer, ['warn'])).toMatchObject({
      lines: [0, 2, 1],
      errors: [0, 0, 0],
      total: 3,
    });
  });

  const steady = Array.from({ length: 10 }, () => 100);
  test.each([
    ['from the middle on', [0, 0, 0, 0, 0, 9, 9, 9, 9, 9], steady, 5],
    ['from the middle on, a few before', [1, 0, 0, 0, 0, 90, 90, 90, 90, 90], steady, 5],
    ['all the time', [9, 9, 9, 9, 9, 9, 9, 9, 9, 9], steady, null],
    ['rising slowly', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], steady, null],
    ['too few to say', [0, 0, 0, 0, 0, 0, 1, 1, 1, 1], steady, null],
    [
      'nothing was written before',
      [0, 0, 0, 0, 0, 9, 9, 9, 9, 9],
      [0, 0, 0, 0, 0, 99, 99, 99, 99, 99],
      null,
    ],
    ['none', [0, 0, 0, 0, 0, 0, 0, 0, 0, 0], steady, null],
  ])('warnings %s', (_what, counts, lines, bucket) => {
    expect(sinceBucket(counts, lines)).toBe(bucket);
  });

  test('is said in words', () => {
    const time = { fromMs: Date.UTC(2026, 10, 12, 13, 57), stepMs: 60_000, zone: 'utc' } as const;
    const volume = volumeOf(
      histogram({ info: steady, warn: [0, 0, 0, 0, 0, 9, 9, 9, 9, 9] }, 10),
      [],
    );
    expect(warningWords(volume, time)).toBe('45 warnings, nearly all since 14:02');
    expect(chartLabel(volume, time, 'in the last 1 h')).toBe(
      '1,045 lines in the last 1 h; 45 warnings, nearly all since 14:02; no errors',
    );
    expect(withoutTraceWords(21, 1_000)).toBe('2.10\u202f% of lines have no trace id');
    expect(withoutTraceWords(0, 1_000)).toBe('every line has a trace id');
    expect(withoutTraceWords(0, 0)).toBe('');
  });

  test.each([
    [0, 1],
    [1, 1],
    [7, 8],
    [17_800, 20_000],
    [999, 1_000],
    [1_001, 1_500],
  ])('the axis of %d ends at %d', (value, top) => {
    expect(niceTop(value)).toBe(top);
  });
});

const line = (at: number): LogRow => ({
  id: `s-${String(at)}`,
  time: String(1_700_000_000_000_000_000n + BigInt(at)),
  level: 'info',
  severityText: '',
  service: { name: 'a', number: 0, outside: false },
  body: '',
  bodyType: 's',
  traceId: '',
  spanId: '',
  eventName: '',
});

describe('the live tail', () => {
  const ids = (rows: readonly LogRow[]): string[] => rows.map(({ id }) => id);

  test('shows the newest first, also within a batch that came out of order', () => {
    const one = arrived(EMPTY_TAIL, { rows: [line(2), line(1), line(3)], skipped: 0 }, 0, false);
    const two = arrived(one, { rows: [line(4)], skipped: 0 }, 1_000, false);
    expect(ids(two.rows)).toEqual(['s-4', 's-3', 's-2', 's-1']);
  });

  test('waits while held, and comes in at once when released', () => {
    const shown = arrived(EMPTY_TAIL, { rows: [line(1)], skipped: 0 }, 0, false);
    const held = arrived(shown, { rows: [line(2), line(3)], skipped: 0 }, 1_000, true);
    expect(ids(held.rows)).toEqual(['s-1']);
    expect(held.waiting).toHaveLength(2);
    expect(ids(released(held).rows)).toEqual(['s-3', 's-2', 's-1']);
    expect(released(held).waiting).toHaveLength(0);
  });

  test('tells how many come and of how many one is shown', () => {
    let state = EMPTY_TAIL;
    for (let second = 0; second < 10; second += 1)
      state = arrived(state, { rows: [line(second)], skipped: 17 }, second * 1_000, false);
    expect(tailRate(state, 9_500)).toEqual({ perSecond: 180 / 9.5, oneOf: 18 });
    expect(tailRate(EMPTY_TAIL, 0)).toEqual({ perSecond: 0, oneOf: 1 });
  });

  test('keeps a limited number of lines', () => {
    let state = EMPTY_TAIL;
    const rows = Array.from({ length: 600 }, (_, at) => line(at));
    for (let turn = 0; turn < 3; turn += 1)
      state = arrived(state, { rows, skipped: 0 }, turn, false);
    expect(state.rows).toHaveLength(TAIL_KEPT);
  });
});

describe('a term added to a filter', () => {
  test.each([
    ['', 'a = 1', 'a = 1'],
    ['b = 2', 'a = 1', 'b = 2 and a = 1'],
    ['b = 2 or c = 3', 'a = 1', '(b = 2 or c = 3) and a = 1'],
    ['a = 1', 'a = 1', 'a = 1'],
    ['b = 2 and a = 1', 'a = 1', 'b = 2 and a = 1'],
  ])('%j and %j', (before, term, after) => {
    expect(andTerm(before, term)).toBe(after);
  });
});
