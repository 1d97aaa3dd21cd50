import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Filter, OPERATORS } from './ast.ts';
import { parseFilter } from './parser.ts';
import { printFilter } from './printer.ts';

const strip = (filter: Filter | undefined): unknown =>
  JSON.parse(
    JSON.stringify(filter ?? null, (name, value: unknown) =>
      name === 'from' || name === 'to' ? undefined : value,
    ),
  );

const printed = (source: string): string => {
  const parsed = parseFilter(source);
  if (!parsed.ok) return `${parsed.error.from}..${parsed.error.to} ${parsed.error.message}`;
  return parsed.value === undefined ? '' : printFilter(parsed.value);
};

describe('parseFilter', () => {
  it.each([
    ['nothing', '  ', ''],
    ['a comparison', 'service=cart', 'service = cart'],
    ['a quoted value', `name = "POST /checkout"`, `name = "POST /checkout"`],
    ['single quotes and back quotes', "a = 'x' and b = `\\d`", 'a = "x" and b = "\\\\d"'],
    [
      'a value with a blank',
      'a==1 b',
      '5..6 b is not expected. A value with blanks stands in quotes.',
    ],
    ['and before or', 'a=1 or b=2 and c=3', 'a = 1 or b = 2 and c = 3'],
    ['parentheses are kept', '(a=1 or b=2) and c=3', '(a = 1 or b = 2) and c = 3'],
    ['symbols for words', '!(a=1 && b=2) || c=3', 'not (a = 1 and b = 2) or c = 3'],
    ['words in any case', 'A = 1 AND NOT b EXISTS', 'A = 1 and not b exists'],
    ['text', '"time out" and level = error', '"time out" and level = error'],
    ['a quoted key', '"odd key" = 1', '"odd key" = 1'],
    ['a key named not', 'not = 1', '"not" = 1'],
    ['a key that begins with a word', 'order.id = 1 and notes = 2', 'order.id = 1 and notes = 2'],
    ['durations and patterns', 'duration>1.5s and a=~x.*y', 'duration > 1.5s and a =~ x.*y'],
    ['contains', 'body contains refused', 'body contains refused'],
    ['escapes', '"a\\"b\\\\c\\u00e9"', '"a\\"b\\\\cé"'],
  ])('%s', (_name, source, expected) => {
    expect(printed(source)).toBe(expected);
  });

  it.each([
    ['no value', 'service =', 0, 9, undefined],
    ['no operator', 'checkout', 0, 8, '"checkout"'],
    ['two words', 'name = POST /checkout', 12, 21, 'name = "POST /checkout"'],
    ['open parenthesis', '(a = 1', 0, 1, '(a = 1)'],
    ['open string', 'a = "x', 4, 6, 'a = "x"'],
    ['a term missing', 'a = 1 and', 9, 9, undefined],
    ['closed without being opened', 'a = 1)', 5, 6, undefined],
    ['a number as a key', '1 = 1', 0, 1, undefined],
  ])('%s: says where, and what to write', (_name, source, from, to, suggestion) => {
    const parsed = parseFilter(source);
    expect(
      parsed.ok ? undefined : [parsed.error.from, parsed.error.to, parsed.error.suggestion],
    ).toEqual([from, to, suggestion]);
  });

  it('refuses what is too long, too deep or too much', () => {
    const code = (source: string) => {
      const parsed = parseFilter(source);
      return parsed.ok ? 'ok' : parsed.error.code;
    };
    expect(code('a=1 and '.repeat(199) + 'a=1')).toBe('ok');
    expect(code('a=1 and '.repeat(200) + 'a=1')).toBe('FILTER_TOO_LARGE');
    expect(code('('.repeat(70) + 'a=1' + ')'.repeat(70))).toBe('FILTER_TOO_LARGE');
    expect(code('not '.repeat(5000) + 'a=1')).toBe('FILTER_TOO_LARGE');
    expect(code('x'.repeat(16_385))).toBe('FILTER_TOO_LARGE');
  });
});

const at = { from: 0, to: 0 } as const;
const keyArbitrary = fc
  .oneof(
    fc.string({ minLength: 0, maxLength: 12 }),
    fc.constantFrom('service', 'http.route', 'and', 'not', 'exists'),
  )
  .map((text) => ({ kind: 'key', text, ...at }) as const);
const valueArbitrary = fc.oneof(
  fc
    .string({ unit: 'grapheme' })
    .map((text) => ({ kind: 'value', text, quoted: true, ...at }) as const),
  fc
    .stringMatching(/^[A-Za-z0-9./*:=_-]{1,12}$/)
    .map((text) => ({ kind: 'value', text, quoted: false, ...at }) as const),
);
const { filter: filterArbitrary } = fc.letrec<{
  filter: Filter;
  term: Filter;
  unary: Filter;
  and: Filter;
}>((tie) => ({
  term: fc.oneof(
    fc
      .record({ key: keyArbitrary, operator: fc.constantFrom(...OPERATORS), value: valueArbitrary })
      .map((parts) => ({ kind: 'comparison', ...parts, ...at }) as const),
    keyArbitrary.map((key) => ({ kind: 'exists', key, ...at }) as const),
    fc.string({ unit: 'grapheme' }).map((text) => ({ kind: 'text', text, ...at }) as const),
  ),
  unary: fc.oneof(
    { depthSize: 'small' },
    tie('term'),
    tie('unary').map((term) => ({ kind: 'not', term, ...at }) as const),
    tie('filter').map((term) => ({ kind: 'group', term, ...at }) as const),
  ),
  and: fc.oneof(
    { depthSize: 'small' },
    tie('unary'),
    fc
      .array(tie('unary'), { minLength: 2, maxLength: 3 })
      .map((terms) => ({ kind: 'and', terms, ...at }) as const),
  ),
  filter: fc.oneof(
    { depthSize: 'small' },
    tie('and'),
    fc
      .array(tie('and'), { minLength: 2, maxLength: 3 })
      .map((terms) => ({ kind: 'or', terms, ...at }) as const),
  ),
}));

describe('print and parse', () => {
  it('give the same tree back', () => {
    fc.assert(
      fc.property(filterArbitrary, (filter) => {
        const parsed = parseFilter(printFilter(filter));
        fc.pre(parsed.ok || parsed.error.code !== 'FILTER_TOO_LARGE');
        expect(parsed.ok ? strip(parsed.value) : parsed.error).toEqual(strip(filter));
      }),
      { numRuns: 500 },
    );
  });

  it('never throw, and places lie in the text', () => {
    const piece = fc.constantFrom(
      'and',
      'or',
      'not',
      '(',
      ')',
      '"',
      "'",
      '`',
      '=',
      '!',
      '~',
      '<',
      'a',
      'exists',
      ' ',
      '\\',
      '1',
      'contains',
      '|',
      '&',
      'é',
      '\ud800',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (source) => {
          const parsed = parseFilter(source);
          if (parsed.ok) return;
          expect(parsed.error.from).toBeLessThanOrEqual(parsed.error.to);
          expect(parsed.error.to).toBeLessThanOrEqual(source.length + 1);
        },
      ),
      { numRuns: 1000 },
    );
  });
});
