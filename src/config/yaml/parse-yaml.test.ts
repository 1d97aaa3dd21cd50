import { describe, expect, it } from 'vitest';
import { plainOf } from '../schema/any.ts';
import { Source } from '../source.ts';
import { parseYaml } from './parse-yaml.ts';
import { resolvePlain } from './plain-scalar.ts';

describe('scalars without quotes', () => {
  const cases: ReadonlyArray<readonly [string, string, unknown]> = [
    ['', 'null', null],
    ['~', 'null', null],
    ['NULL', 'null', null],
    ['true', 'boolean', true],
    ['False', 'boolean', false],
    ['yes', 'string', 'yes'],
    ['on', 'string', 'on'],
    ['12', 'integer', 12],
    ['-12', 'integer', -12],
    ['+12', 'integer', 12],
    ['1_000', 'integer', 1000],
    ['0123', 'integer', 83],
    ['0o17', 'integer', 15],
    ['0x1F', 'integer', 31],
    ['-0x1F', 'integer', -31],
    ['0b101', 'integer', 5],
    ['08', 'float', 8],
    ['1.0', 'float', 1],
    ['.5', 'float', 0.5],
    ['1e3', 'float', 1000],
    ['.inf', 'float', Number.POSITIVE_INFINITY],
    ['9223372036854775807', 'integer', 9_223_372_036_854_775_807n],
    ['99999999999999999999', 'float', 1e20],
    ['0.0.0.0:4317', 'string', '0.0.0.0:4317'],
    ['1.2.3', 'string', '1.2.3'],
    ['5s', 'string', '5s'],
    ['-', 'string', '-'],
    ['2006-01-02', 'string', '2006-01-02'],
    ['12:30:45', 'string', '12:30:45'],
  ];
  it.each(cases)('%s is %s', (text, type, value) => {
    expect(resolvePlain(text)).toEqual({ type, value });
  });
});

describe('values', () => {
  const cases: ReadonlyArray<readonly [string, string, unknown]> = [
    ['nothing', '', null],
    ['a comment', '# x\n', null],
    ['a key alone', 'batch:\n', { batch: null }],
    ['quotes keep text', `a: "12"\nb: '12'\n`, { a: '12', b: '12' }],
    ['a block', 'a: |\n  x\n  y\n', { a: 'x\ny\n' }],
    ['tags', 'a: !!str 12\nb: !!int "12"\nc: !!float 1\n', { a: '12', b: 12, c: 1 }],
    ['anchors', 'a: &x {k: 1}\nb: *x\n', { a: { k: 1 }, b: { k: 1 } }],
    [
      'merging',
      'a: &x {k: 1, l: 2}\nb:\n  <<: *x\n  k: 3\n',
      { a: { k: 1, l: 2 }, b: { k: 3, l: 2 } },
    ],
    [
      'merging a list',
      'a: &x {k: 1}\nb: &y {k: 2, l: 2}\nc:\n  <<: [*x, *y]\n',
      { a: { k: 1 }, b: { k: 2, l: 2 }, c: { k: 1, l: 2 } },
    ],
    ['a quoted <<', 'a:\n  "<<": 1\n', { a: { '<<': 1 } }],
    ['a byte order mark', '\ufeffa: 1\n', { a: 1 }],
    ['carriage returns', 'a:\r\n  b: 1\r\n', { a: { b: 1 } }],
    ['a tab before a comment', 'a: 1\t# c\n', { a: 1 }],
    ['the first document only', 'a: 1\n---\nb: 2\n', { a: 1 }],
    ['a reference', 'a: ${env:X}\n', { a: '${env:X}' }],
    ['a key of digits', '1: x\n', { '1': 'x' }],
    ['__proto__ as a key', '__proto__: x\n', JSON.parse('{"__proto__": "x"}')],
  ];
  it.each(cases)('%s', (_name, text, expected) => {
    const { node, problems } = parseYaml(new Source('x.yaml', text));
    expect(problems).toEqual([]);
    const plain = node === undefined ? undefined : plainOf(node);
    expect(JSON.parse(JSON.stringify(plain))).toEqual(expected);
  });
});

it('keeps the place of every key and value', () => {
  const source = new Source('x.yaml', 'a:\n  b: [1, "two"]\n  c:\n');
  const { node } = parseYaml(source);
  const inner = node?.kind === 'map' ? node.entries.get('a')?.node : undefined;
  const entries = inner?.kind === 'map' ? inner.entries : new Map<string, never>();
  const at = (offset: number | undefined) => source.positionAt(offset ?? -1);
  expect(at(entries.get('b')?.place.start)).toEqual({ line: 2, column: 3 });
  const list = entries.get('b')?.node;
  const second = list?.kind === 'list' ? list.items[1] : undefined;
  expect(at(second?.place.start)).toEqual({ line: 2, column: 10 });
  expect(at(entries.get('c')?.node.place.start)).toEqual({ line: 3, column: 3 });
});

describe('syntax errors name the token and the remedy', () => {
  const cases: ReadonlyArray<readonly [string, string, string]> = [
    [
      'tab',
      'a:\n\tb: 1\n',
      '2:1 a tab stands where the line is indented; YAML is indented with spaces only | write spaces instead of the tab',
    ],
    [
      'tab after spaces',
      'a:\n  b:\n  \tc: 1\n',
      '3:3 a tab stands where the line is indented; YAML is indented with spaces only | write spaces instead of the tab',
    ],
    [
      'no space after the colon',
      'a:\n  b:1\n  c: 2\n',
      '2:3 there is no space after the colon, so this is one text and no "key: value" | write b: 1',
    ],
    ['no colon', 'a:\n  b\n  c: 1\n', '2:3 there is no colon after "b" | write b:'],
    [
      'no colon at the top',
      'receivers\n  otlp:\n',
      '1:1 there is no colon after "receivers" | write receivers:',
    ],
    [
      'too deep',
      'a:\n  b: 1\n   c: 2\n',
      '3:4 is indented deeper than the line before it, which already has a value | indent it by 2 spaces, as the line before',
    ],
    [
      'between two depths',
      'a:\n    b: 1\n  c: 2\n',
      '3:3 is indented by 2 spaces, which fits none of the lines above | indent it by 0 or 4',
    ],
    [
      'open list',
      'a:\n  b: [x, y\n  c: 2\nd: 3\n',
      '2:6 the list that begins here is not closed | add ] at its end',
    ],
    [
      'open map',
      'a: {b: 1\nc: 2\n',
      '1:4 the map that begins here is not closed | add } at its end',
    ],
    [
      'open quote',
      'a: "x\nb: 1\n',
      '1:4 the quote that begins here is never closed | add " at the end of the text',
    ],
    [
      'open quote after others',
      `a: 'y'\nb:\n  c: 'x\n  d: 1\n`,
      "3:6 the quote that begins here is never closed | add ' at the end of the text",
    ],
    [
      'key twice',
      'a:\n  b: 1\n  c: 2\n  b: 3\n',
      '4:3 "b" is written twice in the same map; first in line 2 | merge the two, or rename one of them',
    ],
    ['two colons', 'a: b: c\n', '1:4 the value contains another ": " | put it in quotes: "b: c"'],
    [
      'reserved sign',
      'a: @x y\n',
      '1:4 a value cannot begin with @ in YAML | put it in quotes: "@x y"',
    ],
    ['percent', 'a: %x\n', '1:4 a value cannot begin with % in YAML | put it in quotes: "%x"'],
    [
      'escape',
      'a: "\\q"\n',
      '1:5 \\q is no escape that double quotes know | write \\\\ for a backslash, or use single quotes',
    ],
    [
      'reference in a list',
      'a: [${env:X}, b]\n',
      '1:5 between brackets, the braces of a reference are read as a map | put it in quotes: "${env:X}"',
    ],
    [
      'reference in a map',
      'a: {b: ${X}}\n',
      '1:8 between brackets, the braces of a reference are read as a map | put it in quotes: "${X}"',
    ],
    ['bracket too many', 'a: [x]]\n', '1:7 nothing is open that this ] could close | remove it'],
    [
      'text after quotes',
      'a: "x" y\n',
      '1:8 there is text after the closing quote | put all of it in the quotes, or none',
    ],
    ['no comma', 'a: ["x" "y"]\n', '1:9 a comma is missing before this | write ,'],
    [
      'list in a map',
      'a: 1\n- b\n',
      '2:1 a list begins where the map goes on | indent the list below its key',
    ],
    [
      'no anchor',
      'a: *x\n',
      '1:4 the anchor &x is not defined before it | put the text in quotes if it is no alias',
    ],
    ['anchor in itself', 'a: &x\n  b: *x\n', '2:6 the anchor &x contains itself | undefined'],
  ];
  it.each(cases)('%s', (_name, text, expected) => {
    const source = new Source('x.yaml', text);
    const said = parseYaml(source).problems.map(({ place, message, suggestion }) => {
      const { line, column } = source.positionAt(place.start);
      return `${line}:${column} ${message} | ${suggestion}`;
    });
    expect(said).toEqual([expected]);
  });

  it('names all tabs and all repeated keys', () => {
    expect(parseYaml(new Source('x', 'a:\n\tb: 1\n\tc: 2\n')).problems).toHaveLength(2);
    expect(parseYaml(new Source('x', 'a: 1\na: 2\nb: 1\nb: 2\n')).problems).toHaveLength(2);
  });

  it('refuses aliases that multiply', () => {
    const bomb = ['a: &a [x, x, x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 9; i++) {
      const before = String.fromCharCode(96 + i);
      const name = String.fromCharCode(97 + i);
      bomb.push(`${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]`);
    }
    const { node, problems } = parseYaml(new Source('x', `${bomb.join('\n')}\n`));
    expect(node).toBeUndefined();
    expect(problems.map(({ message }) => message)).toEqual([
      'is too large or too deep for a configuration',
    ]);
  });
});
