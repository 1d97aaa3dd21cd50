import { describe, expect, it } from 'vitest';
import { compileRe2 } from './compile.ts';

const matches = (pattern: string, text: string): boolean => {
  const compiled = compileRe2(pattern);
  if (!compiled.ok) throw new Error(compiled.error.message);
  return compiled.value.test(text);
};

describe('matches as RE2 does', () => {
  const cases: ReadonlyArray<
    readonly [pattern: string, yes: readonly string[], no: readonly string[]]
  > = [
    ['abc', ['abc', 'xabcx'], ['ab']],
    ['^a.c$', ['abc'], ['a\nc', 'abcd']],
    ['a.c', ['a\rc', 'a\u2028c'], ['a\nc']],
    ['(?s)a.c', ['a\nc'], []],
    ['(?i)GeT', ['get', 'GET'], ['ge']],
    ['a(?i)b', ['ab', 'aB'], ['AB']],
    ['a(?i:b)c', ['aBc'], ['aBC', 'ABc']],
    ['(?i)[a-c]x', ['BX'], ['dx']],
    ['(?i)(?-i:a)b', ['aB'], ['Ab']],
    ['(?i)straße', ['STRAßE'], []],
    ['(?i)é', ['É'], ['e']],
    ['(?m)^b$', ['a\nb\nc', 'b'], ['a\nbc']],
    ['^b$', ['b'], ['a\nb']],
    ['\\Aa\\z', ['a'], ['a\n', 'ba']],
    ['(?P<x>a)b', ['ab'], ['b']],
    ['\\d+\\s\\w', ['12 a', '1\ta'], ['1\u00a0a', '1\va']],
    ['[\\s]', [' '], ['\u00a0', '\v']],
    ['[^\\s]', ['\u00a0'], [' ']],
    ['[\\S]', ['\u00a0', 'a'], [' ', '\n']],
    ['[[:alpha:]]+$', ['abc'], ['1']],
    ['[[:^digit:]]', ['a'], ['1']],
    ['[[:space:]]', ['\v'], ['a']],
    ['[]a]', [']', 'a'], ['b']],
    ['[^]a]', ['b'], [']']],
    ['[a-]', ['-', 'a'], ['b']],
    ['[\\-x]', ['-'], ['a']],
    ['[\\]\\[]', [']', '['], ['a']],
    ['^[.-/]$', ['.', '/'], ['-', '0']],
    ['\\pL\\p{Greek}\\P{Lu}', ['aαa'], ['aαA']],
    ['\\p{^Greek}', ['a'], ['α']],
    ['\\Qa.b\\E+', ['a.bb'], ['axb']],
    ['\\x41\\x{1F600}', ['A😀'], ['A']],
    ['\\101', ['A'], ['B']],
    ['a{2}', ['aa'], ['a']],
    ['^a{2,}$', ['aaa'], ['a']],
    ['a{,2}', ['a{,2}'], ['aa']],
    ['{}', ['{}'], ['']],
    ['a}', ['a}'], ['a']],
    ['\\-\\_\\/\\"\\@', ['-_/"@'], []],
    ['^.$', ['😀'], ['ab']],
    ['(?U)^a+', ['aaa'], []],
    ['', ['', 'a'], []],
    ['a|', ['b'], []],
    ['()', [''], []],
    ['/api/v[0-9]+/.*', ['/api/v1/x'], ['/api/x']],
    ['^(?:GET|POST) /', ['GET /'], ['PUT /']],
  ];
  it.each(cases)('%s', (pattern, yes, no) => {
    for (const text of yes) expect([text, matches(pattern, text)]).toEqual([text, true]);
    for (const text of no) expect([text, matches(pattern, text)]).toEqual([text, false]);
  });

  it('keeps groups and their names', () => {
    const compiled = compileRe2('^/(?P<version>v\\d+)/(.*)$');
    const match = compiled.ok ? compiled.value.exec('/v1/x') : null;
    expect(match?.groups).toEqual({ version: 'v1' });
    expect(match?.[2]).toBe('x');
  });

  it('takes as little as marked', () => {
    const first = (pattern: string) => {
      const compiled = compileRe2(pattern);
      return compiled.ok ? compiled.value.exec('aaa')?.[0] : undefined;
    };
    expect([first('a+'), first('a+?'), first('(?U)a+'), first('(?U)a+?')]).toEqual([
      'aaa',
      'a',
      'a',
      'aaa',
    ]);
  });

  it('takes the whole text where anchored', () => {
    const compiled = compileRe2('a|b', { anchored: true });
    expect(compiled.ok && [compiled.value.test('a'), compiled.value.test('ab')]).toEqual([
      true,
      false,
    ]);
  });
});

describe('refuses', () => {
  const cases: ReadonlyArray<readonly [string, number, string]> = [
    ['a(?=b)', 1, 'look-ahead and look-behind are not part of RE2'],
    ['(?<!a)b', 0, 'look-ahead and look-behind are not part of RE2'],
    ['(?>a)', 0, 'an atomic group is not part of RE2'],
    ['(a)\\1', 3, 'back references are not part of RE2'],
    ['a++', 2, 'possessive repetition is not part of RE2; leave the + out'],
    ['*a', 0, 'there is nothing that * could repeat'],
    ['a**', 2, 'there is nothing that * could repeat'],
    ['a{1001}', 1, 'a repetition is limited to 1000'],
    ['a(b', 1, 'this ( is not closed; write \\( for the character'],
    ['a)b', 1, 'this ) closes nothing; write \\) for the character'],
    ['a[b', 1, 'this [ is not closed; write \\[ for the character'],
    ['[z-a]', 2, 'this range ends before it begins'],
    ['[[:foo:]]', 1, '[:foo:] is no class of characters'],
    ['a\\', 1, 'the pattern ends with a lone \\'],
    ['\\y', 0, '\\y is no escape that RE2 knows'],
    ['\\C', 0, '\\C is no escape that RE2 knows'],
    ['\\xZZ', 0, '\\x wants two digits, or digits in braces: \\x41, \\x{1F600}'],
    ['\\p{Nothing}', 0, 'Nothing is no property that Unicode knows'],
    ['(?z)a', 0, 'this group is none that RE2 knows'],
  ];
  it.each(cases)('%s', (pattern, at, message) => {
    expect(compileRe2(pattern)).toEqual({ ok: false, error: { at, message } });
  });
});
