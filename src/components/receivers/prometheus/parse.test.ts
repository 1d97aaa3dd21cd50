// Expositions as they are read: both text formats, line by line, and protobuf.

import { describe, expect, it } from 'vitest';
import { ProtobufWriter } from '../../../otlp/wire/protobuf-writer.ts';
import type { ShownFamily } from './exposition.ts';
import { parseProtobuf } from './parse-protobuf.ts';
import { parseText } from './parse-text.ts';
import { checkPromDuration, parsePromDuration } from './prom-duration.ts';

/** `family type: name{labels} value time [exemplar]`. */
const shown = (families: readonly ShownFamily[]): string[] =>
  families.flatMap(({ name: family, type, samples }) =>
    samples.map(({ name, labels, value, timeMs, exemplars }) => {
      const own = labels.map(([key, text]) => `${key}=${text}`).join(',');
      const example = exemplars.map(
        (one) => ` # ${one.labels.join(';')} ${one.value} ${one.timeMs}`,
      );
      return `${family} ${type}: ${name}{${own}} ${value}${timeMs === undefined ? '' : ` @${timeMs}`}${example.join('')}`;
    }),
  );

describe('text', () => {
  it.each<[what: string, text: string, openMetrics: boolean, samples: string[]]>([
    ['a bare sample', 'up 1\n', false, ['up unknown: up{} 1']],
    ['without the last line end', 'up 1', false, ['up unknown: up{} 1']],
    [
      'types',
      '# TYPE c counter\nc 1\n# TYPE g gauge\ng{a="b"} 2 1500\n',
      false,
      ['c counter: c{} 1', 'g gauge: g{a=b} 2 @1500'],
    ],
    [
      'blanks and a last comma',
      '  g { a = "b" , c="d", }   +Inf  \n',
      false,
      ['g unknown: g{a=b,c=d} Infinity'],
    ],
    ['escapes', 'g{a="x\\"y\\\\z\\n\\q"} NaN\n', false, ['g unknown: g{a=x"y\\z\n\\q} NaN']],
    ['a brace and a hash in a value', 'g{a="} # 1"} 1\n', false, ['g unknown: g{a=} # 1} 1']],
    [
      'quoted names',
      '# TYPE "http.x" gauge\n{"http.x","a.b"="c"} 1\n{"http.x"} 2\n',
      false,
      ['http.x gauge: http.x{a.b=c} 1', 'http.x gauge: http.x{} 2'],
    ],
    [
      'a histogram',
      '# HELP h Times.\n# TYPE h histogram\nh_bucket{le="1"} 2\nh_bucket{le="+Inf"} 3\nh_sum 4\nh_count 3\nh_other 1\n',
      false,
      [
        'h histogram: h_bucket{le=1} 2',
        'h histogram: h_bucket{le=+Inf} 3',
        'h histogram: h_sum{} 4',
        'h histogram: h_count{} 3',
        'h_other unknown: h_other{} 1',
      ],
    ],
    ['comments and empty lines', '# a comment\n#\n\nup 1\n', false, ['up unknown: up{} 1']],
    [
      'OpenMetrics: seconds, exemplars, created, the end',
      '# TYPE c counter\n# UNIT c seconds\nc_total{a="b"} 3.0 1.5 # {trace_id="x"} 0.5 1.25\nc_created 1.0\n# EOF\n',
      true,
      ['c counter: c_total{a=b} 3 @1500 # trace_id,x 0.5 1250', 'c counter: c_created{} 1'],
    ],
    [
      'OpenMetrics: info',
      '# TYPE target info\ntarget_info{a="b"} 1\n# EOF\n',
      true,
      ['target info: target_info{a=b} 1'],
    ],
  ])('%s', (_what, text, openMetrics, samples) => {
    const parsed = parseText(text, openMetrics);
    expect(parsed.ok ? shown(parsed.value) : parsed.error.message).toEqual(samples);
  });

  it.each<[text: string, openMetrics: boolean, message: RegExp]>([
    ['up 1\nup one\n', false, /^line 2: the value is no number/],
    ['{} 1\n', false, /line 1: there is no name/],
    ['a{b} 1\n', false, /the label b has no value|} is missing/],
    ['a{b="c} 1\n', false, /not in quotes/],
    ['a{b="c" d="e"} 1\n', false, /} is missing/],
    ['a 1 2 3\n', false, /something behind the value/],
    ['a 1 soon\n', false, /"soon" is no time/],
    ['# TYPE a gouge\na 1\n', false, /"gouge" is no type/],
    ['a 1\n', true, /cut off: # EOF is missing/],
    ['<html>', false, /line 1/],
  ])('%j is refused', (text, openMetrics, message) => {
    const parsed = parseText(text, openMetrics);
    expect(parsed.ok ? 'read' : parsed.error.message).toMatch(message);
  });
});

describe('protobuf', () => {
  const family = (write: (out: ProtobufWriter) => void, name: string, type: number): Uint8Array => {
    const inner = new ProtobufWriter();
    inner.string(1, name);
    inner.uint(3, type);
    const metric = inner.open(4);
    write(inner);
    inner.close(metric);
    const out = new ProtobufWriter();
    out.varint64(BigInt(inner.length));
    out.raw(inner.view());
    return out.finish();
  };
  const within = (out: ProtobufWriter, field: number, write: () => void): void => {
    const mark = out.open(field);
    write();
    out.close(mark);
  };

  it('a counter with label, time and start', () => {
    const bytes = family(
      (out) => {
        within(out, 1, () => {
          out.string(1, 'a');
          out.string(2, 'b');
        });
        within(out, 3, () => {
          out.double(1, 5);
          within(out, 3, () => out.uint(1, 7));
        });
        out.int64(6, 1500n);
      },
      'c',
      0,
    );
    const parsed = parseProtobuf(bytes);
    expect(parsed.ok && shown(parsed.value)).toEqual(['c counter: c{a=b} 5 @1500']);
    expect(parsed.ok && parsed.value[0]?.samples[0]?.startMs).toBe(7000);
  });

  it.each([true, false])('a native histogram, deltas packed: %s', (packed) => {
    const deltas = [2n, 1n, 4n]; // zigzag of 1, -1, 2
    const bytes = family(
      (out) =>
        within(out, 7, () => {
          out.uint(1, 4);
          out.double(2, 10);
          out.sint32(5, 3);
          out.double(6, 1e-128);
          out.uint(7, 1);
          for (const [offset, length] of [
            [-1, 2],
            [2, 1],
          ] as const) {
            within(out, 12, () => {
              out.sint32(1, offset);
              out.uint(2, length);
            });
          }
          if (packed)
            within(out, 13, () => {
              for (const one of deltas) out.varint64(one);
            });
          else for (const one of deltas) out.int64(13, one);
        }),
      'h',
      4,
    );
    const parsed = parseProtobuf(bytes);
    expect(parsed.ok && parsed.value[0]?.samples[0]?.native).toEqual({
      schema: 3,
      zeroThreshold: 1e-128,
      zeroCount: 1,
      count: 4,
      sum: 10,
      positive: { first: -1, counts: [1, 0, 0, 0, 2] },
      negative: { first: 0, counts: [] },
    });
  });

  it('what is cut off is refused', () => {
    const whole = family((out) => within(out, 2, () => out.double(1, 5)), 'g', 1);
    expect(parseProtobuf(whole.subarray(0, whole.length - 1)).ok).toBe(false);
  });
});

it.each<[text: string, ms: number | undefined]>([
  ['5s', 5000],
  ['1m30s', 90_000],
  ['1d', 86_400_000],
  ['500ms', 500],
  ['0', 0],
  ['1.5s', undefined],
  ['30s1m', undefined],
  ['', undefined],
  ['5', undefined],
])('the duration %j is %s ms', (text, ms) => {
  expect(parsePromDuration(text)).toBe(ms);
  expect(checkPromDuration(text) === undefined).toBe(ms !== undefined && ms > 0);
});
