// What varies in a message (numbers, ids, quoted text), so that it can be tinted and the fixed words read past it.

export interface MessagePiece {
  /** Where it begins in the message. */
  readonly from: number;
  readonly text: string;
  readonly varies: boolean;
}

/** Longer texts are not looked through; nobody reads their tints. */
const MAX_CHARS = 2_000;

const VARIES = new RegExp(
  [
    '"[^"\\n]{1,200}"',
    "(?<!\\w)'[^'\\n]{1,200}'(?!\\w)",
    // uuids, and words joined by `_` or `-` that hold a digit: ord_81f3c2, ch_3Qx92, s_77a0-b
    '\\b[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}\\b',
    '\\b[A-Za-z]+_(?=[\\w-]*\\d)[\\w-]*\\w\\b',
    // hexadecimal ids with a digit in them
    '\\b(?=[0-9a-f]*\\d)(?=\\d*[a-f])[0-9a-f]{6,}\\b',
    // numbers, also times, addresses and versions, with a unit behind them
    '(?<![\\w./-])-?\\d+(?:[.,:]\\d+)*(?:ns|us|µs|ms|s|m|h|d|[kKMGT]i?B|B|%)?(?![\\w])',
  ].join('|'),
  'gu',
);

export function messagePieces(text: string): MessagePiece[] {
  if (text.length > MAX_CHARS) return [{ from: 0, text, varies: false }];
  const pieces: MessagePiece[] = [];
  let at = 0;
  for (const match of text.matchAll(VARIES)) {
    if (match.index > at)
      pieces.push({ from: at, text: text.slice(at, match.index), varies: false });
    pieces.push({ from: match.index, text: match[0], varies: true });
    at = match.index + match[0].length;
  }
  if (at < text.length) pieces.push({ from: at, text: text.slice(at), varies: false });
  return pieces;
}
