import { expect, it } from 'vitest';
import { batchOf } from '../batch.ts';
import { decode } from '../objects/decode.ts';
import { encode } from '../objects/encode.ts';
import { withTraceStates } from './trace-states.ts';

const spans = ['', 'a=1', 'a=1,b=2'].map((traceState, at) => ({
  traceId: `${at + 1}`.padStart(32, '0'),
  spanId: `${at + 1}`.padStart(16, '0'),
  name: `span ${at}`,
  traceState,
  attributes: [{ key: 'long', value: { stringValue: 'x'.repeat(200) } }],
  flags: 257,
}));
const service = { key: 'service.name', value: { stringValue: 'shop' } };
const request = (of: typeof spans) => ({
  resourceSpans: [
    {
      resource: { attributes: [service] },
      scopeSpans: [{ scope: { name: 'lib' }, spans: of }],
      schemaUrl: 'https://example.org',
    },
  ],
});

it.each<[what: string, keep: readonly number[], states: ReadonlyArray<string | undefined>]>([
  ['adds one', [1, 0, 0], ['ot=th:8']],
  ['replaces one', [0, 1, 0], [undefined, 'ot=th:8,a=1']],
  ['takes one away', [0, 0, 1], [undefined, undefined, '']],
  ['leaves others alone', [1, 1, 1], [undefined, 'ot=th:c', undefined]],
  ['writes long ones', [1, 1, 1], [`a=${'y'.repeat(200)}`, 'b=1', 'c=1']],
])('%s', (_what, keep, states) => {
  const batch = batchOf('traces', encode('traces', request(spans)), 3);
  const edited = withTraceStates(batch, Uint8Array.from(keep), (span) => states[span]);
  const expected = spans
    .map((span, at) => ({ ...span, traceState: states[at] ?? span.traceState }))
    .filter((_span, at) => keep[at] === 1);
  expect(decode('traces', edited.bytes)).toEqual(
    decode('traces', encode('traces', request(expected))),
  );
  expect(edited.index().count).toBe(edited.items);
});
