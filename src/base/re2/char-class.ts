// Classes of characters as ranges of code points, so that they can be turned round and folded.

export type CodeRange = readonly [low: number, high: number];

const LAST = 0x10ffff;

const of = (...texts: readonly string[]): CodeRange[] =>
  texts.map((text) => [text.codePointAt(0) ?? 0, text.codePointAt(text.length - 1) ?? 0]);

/** RE2's `\s`: ASCII only, without the vertical tab. */
export const SPACES: readonly CodeRange[] = of('\t\n', '\f\r', '  ');
export const DIGITS: readonly CodeRange[] = of('09');
export const WORD: readonly CodeRange[] = of('09', 'AZ', '__', 'az');

const CLASSES: Readonly<Record<string, readonly CodeRange[]>> = {
  alnum: of('09', 'AZ', 'az'),
  alpha: of('AZ', 'az'),
  ascii: of('\u0000\u007f'),
  blank: of('\t\t', '  '),
  cntrl: of('\u0000\u001f', '\u007f\u007f'),
  digit: DIGITS,
  graph: of('!~'),
  lower: of('az'),
  print: of(' ~'),
  punct: of('!/', ':@', '[`', '{~'),
  space: of('\t\r', '  '),
  upper: of('AZ'),
  word: WORD,
  xdigit: of('09', 'AF', 'af'),
};

/** Of `[[:name:]]`; undefined where there is none of that name. */
export function posixClass(name: string, negated: boolean): readonly CodeRange[] | undefined {
  const ranges = Object.hasOwn(CLASSES, name) ? CLASSES[name] : undefined;
  return ranges === undefined || !negated ? ranges : complement(ranges);
}

/** All characters that are in none of the ranges, which are in order. */
export function complement(ranges: readonly CodeRange[]): CodeRange[] {
  const result: CodeRange[] = [];
  let next = 0;
  for (const [low, high] of ranges) {
    if (low > next) result.push([next, low - 1]);
    next = high + 1;
  }
  return next <= LAST ? [...result, [next, LAST]] : result;
}

const CASE_DISTANCE = 32;

/** With the other case of every ASCII letter; of a single other character, its simple folding. */
export function foldRanges(ranges: readonly CodeRange[]): readonly CodeRange[] {
  const folded = ranges.flatMap(([low, high]): CodeRange[] => {
    const other: CodeRange[] = [];
    const add = (first: string, last: string, distance: number): void => {
      const from = Math.max(low, first.charCodeAt(0));
      const to = Math.min(high, last.charCodeAt(0));
      if (from <= to) other.push([from + distance, to + distance]);
    };
    add('A', 'Z', CASE_DISTANCE);
    add('a', 'z', -CASE_DISTANCE);
    if (low === high && low > 0x7f) {
      const char = String.fromCodePoint(low);
      for (const twin of [char.toLowerCase(), char.toUpperCase()]) {
        const code = twin.codePointAt(0) ?? low;
        if (code !== low && String.fromCodePoint(code) === twin) other.push([code, code]);
      }
    }
    return other;
  });
  return [...ranges, ...folded];
}

const escaped = (code: number): string =>
  /^[A-Za-z0-9]$/.test(String.fromCodePoint(code))
    ? String.fromCodePoint(code)
    : `\\u{${code.toString(16)}}`;

/** What stands between [ and ]. */
export const classText = (ranges: readonly CodeRange[]): string =>
  ranges
    .map(([low, high]) => (low === high ? escaped(low) : `${escaped(low)}-${escaped(high)}`))
    .join('');
