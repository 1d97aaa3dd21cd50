import { expect, test } from 'vitest';
import { filterPieces } from './highlight.ts';

const shown = (text: string): string =>
  filterPieces(text)
    .filter((piece) => piece.kind !== 'plain')
    .map((piece) => `${piece.kind}:${text.slice(piece.from, piece.to)}`)
    .join(' ');

test.each([
  [
    'name = "POST /checkout" and duration > 10ms',
    'key:name op:= str:"POST /checkout" kw:and key:duration op:> nb:10ms',
  ],
  ['not (a.b != c or x =~ "y")', 'kw:not op:( key:a.b op:!= str:c kw:or key:x op:=~ str:"y" op:)'],
  ['order.id = 7', 'key:order.id op:= nb:7'],
  ['"odd key" = true', 'key:"odd key" op:= kw:true'],
  ['name = "open', 'key:name op:= str:"open'],
  ['', ''],
])('%s', (text, expected) => {
  expect(shown(text)).toBe(expected);
});

test.each(['name = "a" ) ( $ ~~ 💥 = = and', '=== "', '((((', '   '])(
  '%s is covered whole, in order',
  (text) => {
    const pieces = filterPieces(text);
    expect(pieces.map((piece) => text.slice(piece.from, piece.to)).join('')).toBe(text);
  },
);
