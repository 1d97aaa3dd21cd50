// Regular expressions of string_attribute: RE2's, found anywhere in the value, on JavaScript's engine. RE2 takes time in
// proportion to the text whatever the pattern; JavaScript's does not. So a repetition of a repetition is refused when the
// configuration is read, and long values are not matched by patterns with several open repetitions.

import { err, ok, type Result } from '../../../../base/result.ts';
import { compileRe2 } from '../../../../base/re2/compile.ts';

/** With two repetitions that compete for this much text, a match takes some 10 ms at worst. */
const MAX_COMPETING_CHARACTERS = 4096;

export interface PatternProblem {
  /** Which of the patterns. */
  readonly at: number;
  readonly message: string;
  readonly remedy: string | undefined;
}

/** @returns whether one of them is found; throws for a value too long to be matched safely. */
export type Matcher = (text: string) => boolean;

export function compilePatterns(patterns: readonly string[]): Result<Matcher, PatternProblem> {
  const compiled: Array<{ readonly regex: RegExp; readonly competing: boolean }> = [];
  for (const [at, pattern] of patterns.entries()) {
    const one = compileRe2(pattern);
    if (!one.ok) return err({ at, message: one.error.message, remedy: undefined });
    const repetitions = openRepetitions(one.value.source);
    if (repetitions === 'nested') {
      const message = 'repeats a group that itself repeats, which can take for ever on some values';
      return err({ at, message, remedy: 'write one repetition: (a+)+ is a+, (a*b*)* is [ab]*' });
    }
    compiled.push({ regex: one.value, competing: repetitions > 1 });
  }
  return ok((text) =>
    compiled.some(({ regex, competing }) => {
      if (competing && text.length > MAX_COMPETING_CHARACTERS) {
        throw new Error(
          `a value of ${text.length} characters is too long for ${regex.source}, which repeats more than once`,
        );
      }
      return regex.test(text);
    }),
  );
}

interface Group {
  /** Has something inside whose length is open: repeating it can match one text in many ways. */
  loose: boolean;
  /** What its alternatives begin with; `?` where that is no plain character. */
  readonly begins: string[];
}

/** How many repetitions without an upper limit a JavaScript pattern has; `nested` where one repeats another's choice. */
export function openRepetitions(source: string): number | 'nested' {
  let count = 0;
  const groups: Group[] = [{ loose: false, begins: [beginAt(source, 0)] }];
  /** The group that ended just before. */
  let closed: Group | undefined;
  for (let at = 0; at < source.length; at++) {
    const char = source[at];
    const before = closed;
    const inside = groups.at(-1);
    closed = undefined;
    if (char === '\\') at += 1;
    else if (char === '[') at = endOfClass(source, at);
    else if (char === '(') {
      at +=
        (/^\((?:\?(?:[:!=]|<[!=]|<\w+>))?/.exec(source.slice(at, at + 80))?.[0].length ?? 1) - 1;
      groups.push({ loose: false, begins: [beginAt(source, at + 1)] });
    } else if (char === '|') inside?.begins.push(beginAt(source, at + 1));
    else if (char === ')') {
      closed = groups.pop();
      const outer = groups.at(-1);
      if (closed !== undefined && outer !== undefined) outer.loose ||= isLoose(closed);
    } else if (isOpenRepetition(source, at)) {
      if (before !== undefined && isLoose(before)) return 'nested';
      if (inside !== undefined) inside.loose = true;
      count += 1;
    } else if (char === '?' && !/[*+?}]/.test(source[at - 1] ?? '') && inside !== undefined) {
      inside.loose = true;
    }
  }
  return count;
}

/** Alternatives that may begin alike compete; those that begin with different characters do not. */
const isLoose = ({ loose, begins }: Group): boolean =>
  loose || (begins.length > 1 && (begins.includes('?') || new Set(begins).size < begins.length));

const beginAt = (source: string, at: number): string => {
  const char = source[at] ?? '?';
  return /[\p{L}\p{N} _-]/u.test(char) ? char : '?';
};

/** `*`, `+`, `{2,}`, and counts so high that they are as good as open. */
function isOpenRepetition(source: string, at: number): boolean {
  const char = source[at];
  if (char === '*' || char === '+') return true;
  if (char !== '{') return false;
  const [, min = '0', comma, max] = /^\{(\d+)(,?)(\d*)\}/.exec(source.slice(at, at + 16)) ?? [];
  const most = comma === undefined || comma === '' ? Number(min) : Number(max);
  return comma === ',' && max === '' ? true : most > MAX_CLOSED_REPETITIONS;
}

const MAX_CLOSED_REPETITIONS = 10;

function endOfClass(source: string, from: number): number {
  for (let at = from + 1; at < source.length; at++) {
    if (source[at] === '\\') at += 1;
    else if (source[at] === ']') return at;
  }
  return source.length;
}
