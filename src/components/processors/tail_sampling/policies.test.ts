// Each policy on traces, as tables: which are kept. The traps are those that upstream's documentation and code have.

import { describe, expect, it } from 'vitest';
import type { Partly, Span } from '../../../otlp/objects/types.ts';
import { attribute, runSampler, span } from './suite/run-sampler.ts';

type Spans = ReadonlyArray<Partly<Span>>;

const MS = 1_000_000n;
const at = (startMs: number, endMs: number): Partly<Span> => ({
  startTimeUnixNano: 1_700_000_000_000_000_000n + BigInt(startMs) * MS,
  endTimeUnixNano: 1_700_000_000_000_000_000n + BigInt(endMs) * MS,
});
const text = (value: string): Partly<Span> => ({
  attributes: [attribute('other', { stringValue: 'x' }), attribute('key', { stringValue: value })],
});
const typed = (value: Readonly<Record<string, unknown>>): Partly<Span> => ({
  attributes: [attribute('key', value)],
});
const int = (value: number | bigint): Partly<Span> => typed({ intValue: BigInt(value) });

/** Whether the one trace of these spans is kept; spans come one a request. */
async function isKept(policy: Readonly<Record<string, unknown>>, spans: Spans): Promise<boolean> {
  const run = await runSampler({ policies: [{ name: 'p', ...policy }] });
  for (const one of spans) await run.feed(run.sources.spans([span(1, 'a', one)]));
  await run.decide();
  const count = run.names().length;
  expect([0, spans.length]).toContain(count);
  run.out.release();
  expect(run.sources.held).toBe(0);
  return count > 0;
}

const one = (type: string, block?: Readonly<Record<string, unknown>>) => ({
  type,
  ...(block && { [type]: block }),
});
const latency = (lower: number, upper = 0) =>
  one('latency', { threshold_ms: lower, upper_threshold_ms: upper });
const number = (block: Readonly<Record<string, unknown>>) =>
  one('numeric_attribute', { key: 'key', ...block });
const string = (block: Readonly<Record<string, unknown>>) =>
  one('string_attribute', { key: 'key', ...block });
const regex = (...values: string[]) => string({ values, enabled_regex_matching: true });
const bool = (value: boolean, invert_match = false) =>
  one('boolean_attribute', { key: 'key', value, invert_match });
const status = (...status_codes: string[]) => one('status_code', { status_codes });
const count = (min_spans: number, max_spans = 0) => one('span_count', { min_spans, max_spans });
const state = (...values: string[]) => one('trace_state', { key: 'k', values });
const and = (...and_sub_policy: object[]) => one('and', { and_sub_policy });
const not = (not_sub_policy: object) => one('not', { not_sub_policy });
const named = (name: string, policy: object) => ({ name, ...policy });
const error = { status: { code: 2 } };

describe('one policy', () => {
  it.each<[what: string, policy: object, spans: Spans, kept: boolean]>([
    ['always', one('always_sample'), [{}], true],
    ['latency reached', latency(100), [at(0, 100)], true],
    [
      'latency not reached, by 1 ns',
      latency(100),
      [{ ...at(0, 100), startTimeUnixNano: 1_700_000_000_000_000_001n }],
      false,
    ],
    ['latency of all spans together', latency(100), [at(0, 10), at(95, 100)], true],
    ['latency whatever their order', latency(100), [at(95, 100), at(0, 10)], true],
    ['latency 0 takes all', latency(0), [at(5, 5)], true],
    ['an end before the start', latency(1), [at(5, 1)], false],
    ['in the window', latency(50, 100), [at(0, 60)], true],
    ['at its lower end: not in it', latency(50, 100), [at(0, 50)], false],
    ['at its upper end: in it', latency(50, 100), [at(0, 100)], true],
    [
      'passing through it on the way (upstream keeps it)',
      latency(50, 100),
      [at(0, 60), at(0, 500)],
      false,
    ],
    ['at the lower end', number({ min_value: 5, max_value: 10 }), [int(5)], true],
    ['at the upper end', number({ min_value: 5, max_value: 10 }), [int(10)], true],
    ['beyond', number({ min_value: 5, max_value: 10 }), [int(11)], false],
    ['one of several', number({ min_value: 5 }), [int(1), {}, int(5)], true],
    ['negative', number({ max_value: -5 }), [int(-6)], true],
    [
      'a minimum of 0 is one (upstream: not set)',
      number({ min_value: 0, max_value: 9 }),
      [int(-1)],
      false,
    ],
    ['beyond 2^53', number({ min_value: 9007199254740993n }), [int(9007199254740992n)], false],
    [
      'a double is its value (upstream: 0)',
      number({ min_value: 1, max_value: 2 }),
      [typed({ doubleValue: 1.5 })],
      true,
    ],
    ['a double out of range', number({ max_value: 1 }), [typed({ doubleValue: 1.5 })], false],
    [
      'text is no number (upstream: 0)',
      number({ min_value: -1, max_value: 1 }),
      [text('0')],
      false,
    ],
    ['inverted, none matches', number({ min_value: 5, invert_match: true }), [int(1), {}], true],
    [
      'inverted, one matches',
      number({ min_value: 5, invert_match: true }),
      [int(1), int(6)],
      false,
    ],
    ['text', string({ values: ['a', 'b'] }), [text('b')], true],
    ['text is compared whole', string({ values: ['a'] }), [text('ab')], false],
    ['text is compared with case', string({ values: ['a'] }), [text('A')], false],
    ['empty values are not looked for', string({ values: [''] }), [text('')], false],
    ['the resource counts', string({ key: 'service.name', values: ['shop'] }), [{}], true],
    ['a number is not its text', string({ values: ['1'] }), [int(1)], false],
    ['inverted text', string({ values: ['a'], invert_match: true }), [text('b'), {}], true],
    [
      'inverted text that matches',
      string({ values: ['a'], invert_match: true }),
      [text('b'), text('a')],
      false,
    ],
    ['a pattern anywhere', regex('b+'), [text('abbc')], true],
    ['an anchored pattern', regex('^b'), [text('abbc')], false],
    ['one of several patterns', regex('x', 'c$'), [text('abbc')], true],
    ['RE2 syntax', regex('(?i)^GET (?P<path>/.*)'), [text('get /x')], true],
    ['an empty text never matches', regex('.*'), [text('')], false],
    ['a pattern on a number', regex('.*'), [int(1)], false],
    ['true', bool(true), [typed({ boolValue: true })], true],
    ['false', bool(false), [typed({ boolValue: false })], true],
    ['text is not false (upstream: it is)', bool(false), [text('x')], false],
    ['absent is not false', bool(false), [{}], false],
    ['inverted bool', bool(true, true), [typed({ boolValue: false })], true],
    ['error', status('ERROR'), [{}, error], true],
    ['no error', status('ERROR'), [{}, { status: { code: 1 } }], false],
    ['unset', status('UNSET'), [{}], true],
    ['ok or error', status('OK', 'ERROR'), [{ status: { code: 1 } }], true],
    ['enough spans', count(2), [{}, {}], true],
    ['too few', count(3), [{}, {}], false],
    ['too many', count(1, 1), [{}, {}], false],
    ['as many', count(2, 2), [{}, {}], true],
    ['a member of the trace state', state('v', 'w'), [{ traceState: 'a=b, k=w' }], true],
    ['another value', state('v'), [{ traceState: 'k=vv' }], false],
    ['another key', state('v'), [{ traceState: 'kk=v' }], false],
    [
      'values of 256 characters with the key are ignored',
      state('v'.repeat(255)),
      [{ traceState: `k=${'v'.repeat(255)}` }],
      false,
    ],
    ['the sampled flag', one('trace_flags'), [{}, { flags: 0x101 }], true],
    ['no sampled flag', one('trace_flags'), [{ flags: 0x100 }], false],
    ['and, both', and(named('a', status('ERROR')), named('b', count(2))), [{}, error], true],
    ['and, one', and(named('a', status('ERROR')), named('b', count(3))), [{}, error], false],
    [
      'and, over different spans',
      and(named('a', status('ERROR')), named('b', string({ values: ['a'] }))),
      [text('a'), error],
      true,
    ],
    [
      'and with not',
      and(named('a', status('ERROR')), named('b', not(named('c', count(3))))),
      [error],
      true,
    ],
    ['not', not(named('a', status('ERROR'))), [{}], true],
    ['not, turned', not(named('a', status('ERROR'))), [error], false],
    ['0 %', one('probabilistic', { sampling_percentage: 0 }), [{}], false],
    ['100 %', one('probabilistic', { sampling_percentage: 100 }), [{}], true],
    ['more than 100 %', one('probabilistic', { sampling_percentage: 300 }), [{}], true],
    ['within the rate', one('rate_limiting', { spans_per_second: 1 }), [{}, {}], true],
    [
      'a trace larger than the burst never passes',
      one('rate_limiting', { spans_per_second: 1 }),
      [{}, {}, {}],
      false,
    ],
    [
      'a burst of its own',
      one('rate_limiting', { spans_per_second: 1, burst_capacity: 3 }),
      [{}, {}, {}],
      true,
    ],
    ['bytes within the rate', one('bytes_limiting', { bytes_per_second: 1000 }), [{}], true],
    ['too many bytes', one('bytes_limiting', { bytes_per_second: 20 }), [{}], false],
  ])('%s', async (_what, policy, spans, kept) => {
    expect(await isKept({ ...policy }, spans)).toBe(kept);
  });
});

describe('composite', () => {
  const composite = (block: Readonly<Record<string, unknown>>) =>
    one('composite', {
      max_total_spans_per_second: 10,
      composite_sub_policy: [named('errors', status('ERROR')), named('rest', one('always_sample'))],
      ...block,
    });
  it.each<[what: string, block: Readonly<Record<string, unknown>>, kept: readonly string[]]>([
    [
      'equal shares where none is given (upstream: none at all)',
      {},
      ['e1', 'e2', 'e3', 'r1', 'r2', 'r3', 'r4', 'r5'],
    ],
    [
      'shares; a policy over its own is not followed by another',
      {
        rate_allocation: [
          { policy: 'errors', percent: 20 },
          { policy: 'rest', percent: 40 },
        ],
      },
      ['e1', 'e2', 'r1', 'r2', 'r3', 'r4'],
    ],
    [
      'the order counts (upstream: as written)',
      { policy_order: ['rest'], rate_allocation: [{ policy: 'rest', percent: 10 }] },
      ['e1'],
    ],
  ])('%s', async (_what, block, kept) => {
    const run = await runSampler({ policies: [named('c', composite(block))] });
    const traces = ['e1', 'e2', 'e3', 'r1', 'r2', 'r3', 'r4', 'r5', 'r6'];
    const spans = traces.map((name, i) => span(i + 1, name, name.startsWith('e') ? error : {}));
    await run.feed(run.sources.spans(spans));
    await run.decide();
    expect(run.names()).toEqual(kept);
  });
});
