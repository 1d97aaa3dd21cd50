// An attribute as a term of the filter language, null where the language has no literal for its type.

import type { TypedValue } from '../../../src/api/contract/common.ts';

/** Keys that are plain words need no quotes. */
const PLAIN_KEY = /^[\p{L}_][\p{L}\p{N}_.\-/]*$/u;

const quoted = (text: string): string =>
  `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"`;

export function filterTerm(key: string, value: TypedValue, operator: '=' | '!='): string | null {
  const literal = literalOf(value);
  return literal === null
    ? null
    : `${PLAIN_KEY.test(key) ? key : quoted(key)} ${operator} ${literal}`;
}

function literalOf(value: TypedValue): string | null {
  switch (value.t) {
    case 's':
      return quoted(value.v);
    case 'i':
      return value.v;
    case 'd':
      return typeof value.v === 'number' ? String(value.v) : null;
    case 'b':
      return String(value.v);
    default:
      return null;
  }
}
