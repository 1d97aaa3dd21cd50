// Tree → filter text. parse(print(tree)) is the tree again, places aside; the words of the language are lower-case.

import type { Filter } from './ast.ts';

const BARE_KEY = /^[\p{L}_@][\p{L}\p{N}_.\-/:@]*$/u;
const BARE_VALUE = /^[^\s()"'`]+$/u;
const RESERVED = /^(?:and|or|not|exists|contains)$/i;

export function printFilter(filter: Filter): string {
  switch (filter.kind) {
    case 'and':
    case 'or':
      return filter.terms.map(printFilter).join(` ${filter.kind} `);
    case 'not':
      return `not ${printFilter(filter.term)}`;
    case 'group':
      return `(${printFilter(filter.term)})`;
    case 'exists':
      return `${printKey(filter.key.text)} exists`;
    case 'text':
      return quote(filter.text);
    case 'comparison': {
      const { key, operator, value } = filter;
      return `${printKey(key.text)} ${operator} ${value.quoted ? quote(value.text) : value.text}`;
    }
  }
}

export const printKey = (text: string): string =>
  BARE_KEY.test(text) && !RESERVED.test(text) ? text : quote(text);

/** A value as one would type it: bare where that means the same. */
export const printValue = (text: string): string =>
  BARE_VALUE.test(text) && !RESERVED.test(text) ? text : quote(text);

const NAMED: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const quote = (text: string): string =>
  `"${Array.from({ length: text.length }, (_, i) => escaped(text[i] ?? '')).join('')}"`;

const DELETE = 0x7f;

function escaped(unit: string): string {
  const code = unit.charCodeAt(0);
  if (code >= 0x20 && code !== DELETE) return NAMED[unit] ?? unit;
  return NAMED[unit] ?? `\\u${code.toString(16).padStart(4, '0')}`;
}
