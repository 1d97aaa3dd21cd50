import { describe, expect, it } from 'vitest';
import { clusterDelta } from './delta.ts';
import {
  aggregate,
  all,
  and,
  array,
  ascending,
  attribute,
  binary,
  boolean,
  bytes,
  call,
  column,
  descending,
  equal,
  fixed,
  float,
  integer,
  isIn,
  isNotIn,
  isNotNull,
  isNull,
  lambda,
  not,
  nothing,
  or,
  over,
  scalar,
  sql,
  text,
  tuple,
  type Expression,
} from './expression.ts';
import { printExpression, printSelect } from './print.ts';
import { derived, join, named, select, table, tableFunction, type Select } from './select.ts';

const a = column('a');
const b = column('b');

describe('printExpression', () => {
  it.each<[name: string, expression: Expression, printed: string]>([
    ['text with quotes and backslashes', text("it's \\ \0\n"), "'it\\'s \\\\ \\0\\n'"],
    ['text that looks like SQL', text("') OR 1 = 1 --"), "'\\') OR 1 = 1 --'"],
    ['a lone surrogate', text('x\ud800y'), "'x\ufffdy'"],
    ['bytes', bytes(Uint8Array.of(0, 39, 255)), "unhex('0027ff')"],
    ['an id', fixed(Uint8Array.of(1, 2)), "toFixedString(unhex('0102'), 2)"],
    ['the largest UInt64', integer(2n ** 64n - 1n), '18446744073709551615'],
    ['the smallest Int64', integer(-(2n ** 63n)), '-9223372036854775808'],
    ['a whole double', float(5), '5.'],
    ['a large double', float(1e21), '1e+21'],
    ['negative zero', float(-0), '-0.'],
    ['not a number', float(Number.NaN), 'nan'],
    ['negative infinity', float(-Infinity), '-inf'],
    ['null', nothing, 'NULL'],
    ['a column that is a keyword', column('from'), '`from`'],
    ['a column with a backtick', column('a`; DROP'), '`a\\`; DROP`'],
    ['a path', column('t', 'a'), '`t`.`a`'],
    ['a call', call('lower', a), 'lower(`a`)'],
    ['a parametric aggregate', aggregate('quantiles', [float(0.5)], a), 'quantiles(0.5)(`a`)'],
    ['an attribute', attribute(a, "it's"), "arrayElement(`a`, 'it\\'s')"],
    ['brackets', binary(binary(a, '-', b), '-', binary(a, '-', b)), '(`a` - `b`) - (`a` - `b`)'],
    ['minus a negative number', binary(a, '-', integer(-1)), '`a` - (-1)'],
    ['and of or', and(or(a, b), not(a)), '(`a` OR `b`) AND (NOT `a`)'],
    ['and of nothing', and(), 'true'],
    ['or of nothing', or(), 'false'],
    ['and of one', and(a), '`a`'],
    ['in', isIn(a, [integer(1), text('x')]), "`a` IN (1, 'x')"],
    ['in nothing', isIn(a, []), 'false'],
    ['not in nothing', isNotIn(a, []), 'true'],
    ['nulls', and(isNull(a), isNotNull(b)), '(`a` IS NULL) AND (`b` IS NOT NULL)'],
    ['array of tuples', array(tuple(a, b)), '[tuple(`a`, `b`)]'],
    ['lambda', call('arrayMap', lambda(['x'], column('x')), a), 'arrayMap((`x`) -> `x`, `a`)'],
    [
      'window',
      over(call('sum', a), { partitionBy: [b], orderBy: [ascending(a)] }),
      'sum(`a`) OVER (PARTITION BY `b` ORDER BY `a` ASC)',
    ],
    [
      'a fragment',
      sql`${a} BETWEEN ${integer(1)} AND ${binary(b, '+', a)}`,
      '`a` BETWEEN 1 AND (`b` + `a`)',
    ],
    ['booleans', equal(a, boolean(true)), '`a` = true'],
  ])('%s', (_name, expression, printed) => {
    expect(printExpression(expression)).toBe(printed);
  });

  it.each<[name: string, make: () => string, message: string]>([
    [
      'a function name with brackets',
      () => printExpression(call('f(x) --', a)),
      'not a plain name',
    ],
    ['a number beyond 64 bits', () => printExpression(integer(2n ** 64n)), 'does not fit 64 bits'],
    [
      'a fraction as integer',
      () => printExpression(integer(1.5)),
      'cannot be converted to a BigInt',
    ],
    ['an empty identifier', () => printExpression(column('')), 'is empty'],
    [
      'a setting name with SQL in it',
      () => printSelect(select({ columns: [a], settings: { 'x = 1 --': 1 } })),
      'not a plain name',
    ],
    [
      'sql called as a function',
      () => printExpression(sql(['SELECT '] as unknown as TemplateStringsArray)),
      'template tag',
    ],
  ])('refuses %s', (_name, make, message) => {
    expect(make).toThrow(message);
  });
});

const one = select({ columns: [integer(1)] });

describe('printSelect', () => {
  it.each<[name: string, statement: Select, printed: string]>([
    ['the least', one, 'SELECT 1'],
    [
      'everything, in order',
      select({
        with: [{ name: 'recent', select: one }],
        distinct: true,
        columns: [named(a, 'x'), call('count')],
        from: table('spans', { as: 's', final: true }),
        arrayJoin: [named(b, 'y')],
        prewhere: equal(a, integer(1)),
        where: equal(b, text('v')),
        groupBy: [a],
        having: binary(call('count'), '>', integer(2)),
        orderBy: [descending(a), ascending(b)],
        limitBy: { count: 2, by: [a] },
        limit: 10,
        offset: 5,
        settings: { max_threads: 1, log_comment: "it's" },
      }),
      "WITH `recent` AS (SELECT 1) SELECT DISTINCT `a` AS `x`, count() FROM `spans` AS `s` FINAL ARRAY JOIN `b` AS `y` PREWHERE `a` = 1 WHERE `b` = 'v' GROUP BY `a` HAVING count() > 2 ORDER BY `a` DESC, `b` ASC LIMIT 2 BY `a` LIMIT 10 OFFSET 5 SETTINGS max_threads = 1, log_comment = 'it\\'s'",
    ],
    [
      'a join of a derived table and a table function',
      select({
        columns: [all],
        from: join('LEFT', derived(one, 'l'), tableFunction(call('numbers', integer(3))), {
          using: ['number'],
        }),
      }),
      'SELECT * FROM (SELECT 1) AS `l` LEFT JOIN numbers(3) USING (`number`)',
    ],
    [
      'a union',
      select({ columns: [integer(1)], unionAll: [one], settings: { max_threads: 1 } }),
      'SELECT 1 UNION ALL SELECT 1 SETTINGS max_threads = 1',
    ],
    [
      'sub-queries',
      select({ columns: [scalar(one)], where: isIn(a, one) }),
      'SELECT (SELECT 1) WHERE `a` IN (SELECT 1)',
    ],
  ])('%s', (_name, statement, printed) => {
    expect(printSelect(statement)).toBe(printed);
  });

  it('makes sub-queries global on a cluster', () => {
    const delta = clusterDelta({ cluster: 'main', database: 'otel' });
    expect(
      printSelect(select({ columns: [a], from: table('t'), where: isIn(a, one) }), delta),
    ).toBe('SELECT `a` FROM `t` WHERE `a` GLOBAL IN (SELECT 1)');
  });
});
