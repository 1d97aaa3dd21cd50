// What the network may bring: requests cut off, bytes changed, pieces moved, garbage, nesting without end. The door
// answers with a fault or with bytes that every later step and the official decoder understand, in bounded time.

import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../base/app-error.ts';
import { type Signal, SIGNALS } from '../base/signal.ts';
import { batchOf } from './batch.ts';
import { checkRequest, type CheckedRequest } from './check/check-request.ts';
import type { RequestWalk } from './check/request-walk.ts';
import { jsonToOtlp } from './json/json-to-otlp.ts';
import { otlpToJson } from './json/otlp-to-json.ts';
import { decode } from './objects/decode.ts';
import { encode } from './objects/encode.ts';
import { concatBytes } from './ranges/concat.ts';
import { selectItems, splitBatch } from './ranges/select.ts';
import { anyRequest } from './suite/arbitraries.ts';
import { throughOfficial } from './suite/official.ts';
import { WALK_FORMS } from './suite/walk-forms.ts';

const RUNS = { numRuns: 300 };

/** A valid request with some bytes overwritten, a piece cut out, a piece repeated or the end cut off. */
const mutated = (signal: Signal): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      anyRequest[signal].map((request) => encode(signal, request)),
      fc.array(fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })), { maxLength: 3 }),
      fc.option(fc.tuple(fc.nat(), fc.nat(20)), { nil: undefined }),
      fc.option(fc.tuple(fc.nat(), fc.nat(60)), { nil: undefined }),
      fc.option(fc.nat(), { nil: undefined }),
    )
    .map(([bytes, overwrites, hole, repeat, end]) => {
      let result = new Uint8Array(bytes);
      if (bytes.length === 0) return result;
      for (const [at, value] of overwrites) result[at % result.length] = value;
      if (hole !== undefined) {
        const at = hole[0] % result.length;
        result = concatBytes([result.slice(0, at), result.slice(at + hole[1])]) as typeof result;
      }
      if (repeat !== undefined && result.length > 0) {
        const at = repeat[0] % result.length;
        const piece = result.slice(at, at + repeat[1]);
        result = concatBytes([result.slice(0, at), piece, result.slice(at)]) as typeof result;
      }
      return end === undefined ? result : result.slice(0, end % (result.length + 1));
    });

/** What does not hold of a request that the door let through: all that comes after it must work on it. */
function problems(signal: Signal, { bytes, items }: CheckedRequest): string[] {
  const batch = batchOf(signal, bytes, items);
  const decoded = decode(signal, bytes);
  const again = checkRequest(signal, bytes);
  const json = otlpToJson(signal, bytes);
  const pieces = splitBatch(batch, { maxItems: 1 });
  const counts = pieces.map((piece) => piece.index().count);
  // Bytes that are not UTF-8 are read differently by everyone; all else must be read as the official decoder does.
  const comparable = !json.includes('\ufffd');
  const claims: ReadonlyArray<readonly [claim: string, holds: boolean]> = [
    ['the index finds the items', batch.index().count === items],
    ['it passes again as it is', again.bytes === bytes && again.items === items],
    [
      'encoding what was decoded changes nothing',
      same(decode(signal, encode(signal, decoded)), decoded),
    ],
    ['its JSON is read back', jsonToOtlp(signal, json).ok],
    ['it splits into single items', items < 2 || same(counts, Array<number>(items).fill(1))],
    [
      'the official decoder reads the same',
      !comparable || same(decode(signal, throughOfficial(signal, bytes)), decoded),
    ],
  ];
  return claims.filter(([, holds]) => !holds).map(([claim]) => claim);
}

const same = isDeepStrictEqual;

/** The fault's message where refused, else what does not hold. */
function outcome(signal: Signal, bytes: Uint8Array, walk: RequestWalk): string[] {
  const checked = checkRequest(signal, bytes, walk);
  if (checked.fault === undefined) return problems(signal, checked);
  const { message, offset } = checked.fault;
  const clear = /^[a-z_ 0-9.[\]]+ \(byte \d+ of \d+\) \w+/.test(message);
  return clear && checked.bytes.length === 0 && offset <= bytes.length ? [] : [message];
}

/** Same for text: refused with a message, or taken by every JSON parser and usable. */
function textOutcome(signal: Signal, text: string): string[] {
  const result = jsonToOtlp(signal, text);
  if (!result.ok) return result.error.message === '' ? ['no message'] : [];
  JSON.parse(text); // throws where we took what is no JSON
  const checked = checkRequest(signal, result.value);
  return checked.fault === undefined ? problems(signal, checked) : [checked.fault.message];
}

function errorOf(work: () => unknown): unknown {
  try {
    work();
    return undefined;
  } catch (error) {
    return error;
  }
}

describe.each(SIGNALS)('damaged %s requests', (signal) => {
  it.each(WALK_FORMS)('are refused with a reason, or usable, by the walk in %s', (_form, walk) => {
    fc.assert(
      fc.property(mutated(signal), (bytes) => {
        expect(outcome(signal, bytes, walk)).toEqual([]);
      }),
      RUNS,
    );
  });

  it('decode to an error of ours, never another', () => {
    fc.assert(
      fc.property(fc.oneof(mutated(signal), fc.uint8Array({ maxLength: 200 })), (bytes) => {
        const error = errorOf(() => decode(signal, bytes));
        expect(error === undefined || error instanceof AppError).toBe(true);
      }),
      RUNS,
    );
  });

  it('of text are refused with a message, or are what the text says', () => {
    const damaged = fc
      .tuple(anyRequest[signal], fc.nat(), fc.string({ maxLength: 3 }), fc.boolean())
      .map(([request, position, piece, cut]) => {
        const text = otlpToJson(signal, encode(signal, request));
        const at = position % (text.length + 1);
        return text.slice(0, at) + (cut ? '' : piece + text.slice(at + 1));
      });
    fc.assert(
      fc.property(damaged, (text) => {
        expect(textOutcome(signal, text)).toEqual([]);
      }),
      RUNS,
    );
  });
});

/** Bytes of `depth` messages around nothing, each in field `field`. */
function nestedFields(field: number, depth: number): Uint8Array {
  const parts: Uint8Array[] = [];
  let size = 0;
  for (let level = 0; level < depth; level++) {
    const head: number[] = [field * 8 + 2];
    for (let rest = size; ; rest = Math.floor(rest / 128)) {
      head.push(rest > 127 ? (rest % 128) | 128 : rest);
      if (rest <= 127) break;
    }
    parts.push(Uint8Array.from(head));
    size += head.length;
  }
  return concatBytes(parts.toReversed());
}

/** CPU seconds that the work took. */
function cpuSeconds(work: () => void): number {
  const before = process.cpuUsage();
  work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** An eighth of the largest body: the test runner's module transform makes the walk five times as slow as it is. */
const SIZE = 8 * 1024 * 1024;

describe('8 MiB', () => {
  /** Three walks take up to 0.3 s, in this runner up to 2 s; anything quadratic takes hours. */
  const LIMIT_SECONDS = 8;

  it.each<[name: string, bytes: () => Uint8Array]>([
    ['of random bytes', () => randomBytes(SIZE)],
    ['of zeros', () => new Uint8Array(SIZE)],
    ['of 0xff', () => new Uint8Array(SIZE).fill(0xff)],
    ['of empty groups', () => copies([10, 0], SIZE)],
    ['of messages in messages', () => nestedFields(1, 1_000_000)],
    ['of empty items', () => spansOf([0x12, 0])],
    ['of items with a broken attribute', () => spansOf([0x12, 4, 0x4a, 2, 0x12, 9])],
    ['of one item with empty attributes', () => spansOf([], copies([0x32, 0, 0x4a, 0], SIZE))],
    ['of one list with empty values', () => spansOf([], wrap(5, wrap(5, copies([10, 0], SIZE))))],
  ])(
    '%s take time in proportion',
    (_name, make) => {
      const bytes = make();
      const seconds = WALK_FORMS.map(([, walk]) =>
        cpuSeconds(() => {
          for (const signal of SIGNALS) checkRequest(signal, bytes, walk);
        }),
      );
      expect(Math.max(...seconds)).toBeLessThan(LIMIT_SECONDS);
    },
    60_000,
  );

  it('of brackets and of quotes end in an error', () => {
    for (const text of [
      '['.repeat(SIZE / 8),
      '{"a":'.repeat(SIZE / 40),
      `{"a":${'['.repeat(1e6)}`,
      '"'.repeat(1e6),
    ]) {
      expect(jsonToOtlp('traces', text).ok).toBe(false);
    }
  });
});

/** One scope group with as many copies of `span` as fit; or with one item of these bytes. */
const spansOf = (span: readonly number[], item?: Uint8Array): Uint8Array =>
  wrap(1, wrap(2, item === undefined ? copies(span, SIZE) : wrap(2, item)));

function copies(piece: readonly number[], size: number): Uint8Array {
  const bytes = new Uint8Array(size - (size % piece.length));
  bytes.set(piece);
  for (let filled = piece.length; filled < bytes.length; filled *= 2) {
    bytes.copyWithin(filled, 0, Math.min(filled, bytes.length - filled));
  }
  return bytes;
}

function wrap(field: number, body: Uint8Array): Uint8Array {
  const head = [field * 8 + 2];
  for (let rest = body.length; ; rest = Math.floor(rest / 128)) {
    head.push(rest > 127 ? (rest % 128) | 128 : rest);
    if (rest <= 127) break;
  }
  return concatBytes([Uint8Array.from(head), body]);
}

describe('selection', () => {
  it.each(SIGNALS)('of %s keeps exactly what was chosen', (signal) => {
    fc.assert(
      fc.property(
        anyRequest[signal],
        fc.array(fc.boolean(), { maxLength: 40 }),
        (request, choices) => {
          const bytes = encode(signal, request);
          const { items } = checkRequest(signal, bytes);
          const keep = Uint8Array.from({ length: items }, (_, i) => (choices[i] === true ? 1 : 0));
          const batch = batchOf(signal, bytes, items);
          const chosen = selectItems(batch, keep);
          expect(chosen.items).toBe(keep.reduce((sum, one) => sum + one, 0));
          expect(checkRequest(signal, chosen.bytes)).toMatchObject({
            items: chosen.items,
            rejected: [],
          });
          const before = itemsWithContext(signal, bytes);
          expect(itemsWithContext(signal, chosen.bytes)).toEqual(
            before.filter((_, i) => keep[i] === 1),
          );
        },
      ),
    );
  });
});

/** Every item with the resource, scope and metric that it stands in. */
function itemsWithContext(signal: Signal, bytes: Uint8Array): unknown[] {
  if (signal === 'traces') {
    return decode('traces', bytes).resourceSpans.flatMap(({ scopeSpans, ...group }) =>
      scopeSpans.flatMap(({ spans, ...scope }) => spans.map((span) => ({ group, scope, span }))),
    );
  }
  if (signal === 'logs') {
    return decode('logs', bytes).resourceLogs.flatMap(({ scopeLogs, ...group }) =>
      scopeLogs.flatMap(({ logRecords, ...scope }) =>
        logRecords.map((log) => ({ group, scope, log })),
      ),
    );
  }
  return decode('metrics', bytes).resourceMetrics.flatMap(({ scopeMetrics, ...group }) =>
    scopeMetrics.flatMap(({ metrics, ...scope }) =>
      metrics.flatMap(({ gauge, sum, histogram, exponentialHistogram, summary, ...metric }) => {
        const data = gauge ?? sum ?? histogram ?? exponentialHistogram ?? summary;
        const { dataPoints, ...rest } = data ?? { dataPoints: [] };
        const points: readonly unknown[] = dataPoints;
        return points.map((point) => ({ group, scope, metric, rest, point }));
      }),
    ),
  );
}
