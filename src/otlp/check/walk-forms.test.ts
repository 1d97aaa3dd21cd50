// The walk in WebAssembly against that in TypeScript: the same verdict in every part, for any bytes.

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kitchenSink } from '../../../bench/generate/kitchen-sink.ts';
import { type Signal, SIGNALS } from '../../base/signal.ts';
import { encode } from '../objects/encode.ts';
import { concatBytes } from '../ranges/concat.ts';
import { anyRequest } from '../suite/arbitraries.ts';
import { WALK_FORMS, walkInWasm } from '../suite/walk-forms.ts';
import { compileWasm } from '../wasm-module.ts';
import { chooseWalk, type RequestWalk, walkInTypeScript, whyCheckIsSlow } from './request-walk.ts';
import { MAX_GROUPS_PER_REQUEST, MAX_ITEMS_PER_REQUEST } from './walk.ts';

const RUNS = { numRuns: 500 };
const SLOW_MS = 60_000; // on a busy machine

/** All that a walk says; verdicts as far as there are items, those of many items by their hash. */
function verdictOf(walk: RequestWalk, signal: Signal, bytes: Uint8Array): object {
  const { verdicts, ...rest } = walk(signal, bytes);
  const all = new Uint8Array(rest.items);
  all.set(verdicts.subarray(0, rest.items));
  const text = Buffer.from(all).toString('hex');
  return {
    ...rest,
    verdicts: text.length < 1000 ? text : createHash('sha256').update(text).digest('hex'),
  };
}

const fast = (signal: Signal, bytes: Uint8Array) => verdictOf(walkInWasm, signal, bytes);
const reference = (signal: Signal, bytes: Uint8Array) => verdictOf(walkInTypeScript, signal, bytes);

/** Bytes of `body` as field `field`, its length in as many bytes as it needs, or padded to more. */
function wrap(field: number, body: Uint8Array, lengthBytes = 1): Uint8Array {
  const head = [field * 8 + 2];
  for (let rest = body.length, n = 1; ; n++, rest = Math.floor(rest / 128)) {
    const last = rest <= 127 && n >= lengthBytes;
    head.push(last ? rest : (rest % 128) | 128);
    if (last) break;
  }
  return concatBytes([Uint8Array.from(head), body]);
}

const asAttribute: Readonly<Record<Signal, (pair: Uint8Array) => Uint8Array>> = {
  traces: (pair) => wrap(1, wrap(2, wrap(2, wrap(9, pair)))),
  logs: (pair) => wrap(1, wrap(2, wrap(2, wrap(6, pair)))),
  metrics: (pair) => wrap(1, wrap(2, wrap(2, wrap(5, wrap(1, wrap(7, pair)))))),
};

describe.each(SIGNALS)('of %s', (signal) => {
  it('every field and type', () => {
    const bytes = kitchenSink(signal);
    expect(fast(signal, bytes)).toEqual(reference(signal, bytes));
    expect(fast(signal, bytes)).toMatchObject({ fault: undefined, rejected: false });
  });

  it('empty', () => {
    const bytes = new Uint8Array(0);
    expect(fast(signal, bytes)).toEqual(reference(signal, bytes));
  });

  it(
    'any request, whole, cut off at any byte and with any byte changed',
    () => {
      fc.assert(
        fc.property(anyRequest[signal], fc.nat(), fc.nat(255), (request, position, value) => {
          const bytes = encode(signal, request);
          const at = position % (bytes.length + 1);
          const changed = bytes.slice();
          if (at < changed.length) changed[at] = value;
          for (const variant of [bytes, bytes.slice(0, at), changed])
            expect(fast(signal, variant)).toEqual(reference(signal, variant));
        }),
        RUNS,
      );
    },
    SLOW_MS,
  );

  it('any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect(fast(signal, bytes)).toEqual(reference(signal, bytes));
      }),
      RUNS,
    );
  });

  it(
    'attributes of few bytes: lengths, tags and varints of every kind',
    () => {
      const byte = fc.constantFrom(0, 1, 2, 3, 8, 10, 16, 18, 24, 33, 58, 127, 128, 129, 255);
      const pair = fc.oneof(
        fc.array(byte, { maxLength: 16 }).map((bytes) => Uint8Array.from(bytes)),
        fc
          .tuple(fc.nat(300), fc.nat(300), fc.integer({ min: 1, max: 3 }), fc.nat(2))
          .map(([key, text, lengthBytes, more]) => {
            const value = wrap(2, wrap(1, new Uint8Array(text), lengthBytes), lengthBytes);
            const pieces = [wrap(1, new Uint8Array(key), more + 1), value];
            return concatBytes(more === 2 ? pieces.toReversed() : pieces);
          }),
      );
      fc.assert(
        fc.property(pair, (attribute) => {
          const bytes = asAttribute[signal](attribute);
          expect(fast(signal, bytes)).toEqual(reference(signal, bytes));
        }),
        { numRuns: 3000 },
      );
    },
    SLOW_MS,
  );
});

const spans = (span: readonly number[], count: number): Uint8Array => {
  const body = new Uint8Array(span.length * count);
  for (let i = 0; i < count; i++) body.set(span, i * span.length);
  return wrap(1, wrap(2, body));
};

describe('large requests', () => {
  it.each<[name: string, make: () => Uint8Array, verdict: object]>([
    ['as many items as may be', () => spans([18, 0], MAX_ITEMS_PER_REQUEST), { fault: undefined }],
    ['one more', () => spans([18, 0], MAX_ITEMS_PER_REQUEST + 1), { fault: 'too-many-items' }],
    [
      'too many groups',
      () => new Uint8Array(2 * MAX_GROUPS_PER_REQUEST + 2).map((_, i) => (i % 2 === 0 ? 10 : 0)),
      { fault: 'too-many-groups' },
    ],
    [
      'more than is kept in memory',
      () => wrap(1, wrap(2, wrap(2, wrap(5, new Uint8Array(20 * 1024 * 1024))))),
      { fault: undefined, items: 1, rejected: true },
    ],
  ])(
    '%s',
    (_name, make, verdict) => {
      const bytes = make();
      expect(fast('traces', bytes)).toEqual(reference('traces', bytes));
      expect(fast('traces', bytes)).toMatchObject(verdict);
      // What the large one left behind is not seen by the next.
      for (const next of [bytes.subarray(0, 3), kitchenSink('traces')])
        expect(fast('traces', next)).toEqual(reference('traces', next));
    },
    SLOW_MS,
  );
});

it.each(WALK_FORMS)('the walk in %s forgets a span that was cut off', (_form, walk) => {
  const span = wrap(
    2,
    concatBytes([wrap(1, new Uint8Array(16).fill(7)), wrap(2, new Uint8Array(8).fill(7))]),
  );
  const cutOff = wrap(1, wrap(2, span)).slice(0, -1);
  const empty = wrap(1, wrap(2, wrap(2, new Uint8Array(0))));
  cutOff[1] = cutOff.length - 2; // the group and its scope group end where the bytes do
  cutOff[3] = cutOff.length - 4;
  expect(walk('traces', cutOff)).toMatchObject({ fault: 'truncated' });
  expect(walk('traces', empty)).toMatchObject({ rejected: true });
});

describe('the form that is used', () => {
  it('is WebAssembly, of which nothing is said', () => {
    expect(chooseWalk(walkInWasm)).toEqual({ walk: walkInWasm });
    expect(whyCheckIsSlow()).toBeUndefined();
  });

  it('is TypeScript where that is not built, and it is said', () => {
    expect(compileWasm([new URL('nowhere.wasm', import.meta.url)])).toBeUndefined();
    expect(chooseWalk(undefined)).toEqual({
      walk: walkInTypeScript,
      whySlow: expect.stringContaining('build-wasm') as string,
    });
  });
});
