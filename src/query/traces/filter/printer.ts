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

export const quote = (text: string): string =>
  // oxlint-disable-next-line no-control-regex -- control characters are what is escaped here
  `"${text.replaceAll(/["\\\u0000-\u001f\u007f]/g, (character) => NAMED[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)}"`;
