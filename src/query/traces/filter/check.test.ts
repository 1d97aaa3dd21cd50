import { describe, expect, it } from 'vitest';
import { type Checked, checkFilter } from './check.ts';
import type { Searched } from './fields.ts';
import { parseFilter } from './parser.ts';

const show = (checked: Checked): string => {
  switch (checked.kind) {
    case 'and':
    case 'or':
      return `(${checked.terms.map(show).join(` ${checked.kind} `)})`;
    case 'not':
      return `not ${show(checked.term)}`;
    case 'test': {
      const { field, test } = checked;
      const name =
        field.kind === 'intrinsic'
          ? `${field.level}:${field.name}`
          : `${field.place}[${field.keys.join('|')}]`;
      return test.kind === 'exists'
        ? `${name}?`
        : `${name} ${test.operator} ${test.kind}:${test.value}`;
    }
  }
};

const checked = (source: string, searched: Searched): string => {
  const parsed = parseFilter(source);
  const result = parsed.ok ? checkFilter(parsed.value, searched) : parsed;
  if (!result.ok) return `${result.error.code} ${result.error.suggestion ?? ''}`.trim();
  return result.value.conjuncts.map((conjunct) => show(conjunct.checked)).join(' & ');
};

describe('checkFilter', () => {
  it.each<[source: string, searched: Searched, expected: string]>([
    ['service = cart', 'traces', 'row:service = text:cart'],
    ['duration > 10ms', 'traces', 'trace:trace:duration > number:10000000'],
    ['duration > 1m30s', 'spans', 'row:duration > number:90000000000'],
    ['span:duration < 1.5us', 'traces', 'row:duration < number:1500'],
    ['status = ERROR', 'traces', 'row:status = number:2'],
    ['kind != server', 'spans', 'not row:kind = number:2'],
    ['level >= warning', 'logs', 'row:level >= number:4'],
    [
      'http.status >= 500',
      'spans',
      'row[http.response.status_code|http.status_code] >= number:500',
    ],
    ['a = 500 and b = "500"', 'spans', 'any[a] = number:500 & any[b] = text:500'],
    ['a = cat', 'spans', 'any[a] = text:cat'],
    ['a < "b"', 'spans', 'any[a] < text:b'],
    ['resource.host exists', 'spans', 'resource[host]?'],
    ['span.name = x', 'spans', 'row[name] = text:x'],
    ['event.exception.type =~ Time.*', 'traces', 'event[exception.type] matches text:Time.*'],
    ['a !~ x', 'traces', 'not any[a] matches text:x'],
    ['"time out"', 'logs', 'row:body contains text:time out'],
    ['"check"', 'traces', '(row:name contains text:check or row:endpoint contains text:check)'],
    [
      '(a = 1 or b = 2) and c = 3',
      'spans',
      '(any[a] = number:1 or any[b] = number:2) & any[c] = number:3',
    ],
    [
      'trace = 0af7651916CD43dd8448eb211c80319c',
      'logs',
      'row:trace = text:0af7651916cd43dd8448eb211c80319c',
    ],
    ['', 'logs', ''],
    ['a > 10ms', 'spans', 'FILTER_VALUE duration > 10ms'],
    ['a > cat', 'spans', 'FILTER_VALUE a > "cat"'],
    ['duration > 10', 'spans', 'FILTER_VALUE duration > 10ms'],
    ['duration =~ x', 'spans', 'FILTER_VALUE'],
    ['status = broken', 'spans', 'FILTER_VALUE'],
    ['trace = abc', 'spans', 'FILTER_VALUE'],
    ['a =~ "(?=x)"', 'spans', 'FILTER_PATTERN'],
    ['a =~ "(x"', 'spans', 'FILTER_PATTERN'],
    ['a =~ "x)"', 'spans', 'FILTER_PATTERN'],
    ['a =~ "[]x]"', 'spans', 'any[a] matches text:[]x]'],
    ['a =~ "[x"', 'spans', 'FILTER_PATTERN'],
    ['a =~ "x{1,2000}"', 'spans', 'FILTER_PATTERN'],
    ["a =~ 'x\\\\\\\\1'", 'spans', 'any[a] matches text:x\\\\1'],
    ["a =~ '(x)\\\\1'", 'spans', 'FILTER_PATTERN'],
  ])('%s in %s: %s', (source, searched, expected) => {
    expect(checked(source, searched)).toBe(expected);
  });
});
