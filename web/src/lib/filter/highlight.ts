// The pieces of a filter text with what they are, for colouring. Uses the grammar's own scanner, so that what is
// coloured as a string is read as one; it never fails: what is not understood is plain text.

import { Scanner } from '../../../../src/query/traces/filter/scanner.ts';

export type PieceKind = 'key' | 'op' | 'str' | 'nb' | 'kw' | 'plain';

export interface TextPiece {
  readonly from: number;
  readonly to: number;
  readonly kind: PieceKind;
}

const KEYWORDS = new Set(['and', 'or', 'not', 'exists', 'in', 'true', 'false']);
const NUMBER = /^-?\d/u;

export function filterPieces(text: string): TextPiece[] {
  const pieces: TextPiece[] = [];
  const scanner = new Scanner(text);
  let afterOperator = false;
  const take = (kind: PieceKind, from: number): void => {
    if (scanner.position > from) pieces.push({ from, to: scanner.position, kind });
  };
  while (!scanner.done) {
    const from = scanner.position;
    scanner.skipBlanks();
    take('plain', from);
    if (scanner.done) break;
    afterOperator = takeOne(scanner, take, afterOperator);
    if (scanner.position === from) {
      scanner.position += 1;
      take('plain', from);
    }
  }
  return pieces;
}

/** Takes the piece that stands here; true when a value is expected next. */
function takeOne(
  scanner: Scanner,
  take: (kind: PieceKind, from: number) => void,
  afterOperator: boolean,
): boolean {
  const from = scanner.position;
  if (scanner.atQuote()) {
    scanner.string();
    take(afterOperator ? 'str' : 'key', from);
    return false;
  }
  if (scanner.symbol('(') || scanner.symbol(')') || scanner.symbol(',')) {
    take('op', from);
    return false;
  }
  const word = scanner.peekWord()?.toLowerCase();
  if (word !== undefined && KEYWORDS.has(word)) {
    scanner.position += word.length;
    take('kw', from);
    return false;
  }
  if (!afterOperator && scanner.operator() !== undefined) {
    take('op', from);
    return true;
  }
  if (afterOperator) {
    const value = scanner.bareValue() ?? '';
    take(NUMBER.test(value) ? 'nb' : 'str', from);
    return false;
  }
  if (scanner.bareKey() !== undefined) take('key', from);
  return false;
}
