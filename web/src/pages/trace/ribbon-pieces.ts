// The critical path flat: neighbouring stretches of the same part are one piece; a piece under a pixel between two of
// the same part does not split them.

import type { PartKind } from '../../../../src/api/contract/common.ts';
import type { PathSegment, TraceAnswer } from '../../../../src/api/contract/traces.ts';

export interface Piece {
  readonly part: number;
  readonly kind: PartKind;
  readonly who: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly span: number;
}

const pieceOf = ({ part, kind, who, start, end, label, span }: PathSegment): Piece => ({
  part,
  kind,
  who,
  start,
  end,
  label,
  span,
});

/** Own work of several services is one part but several hues: those stay apart. */
const joins = (a: Piece, b: Piece): boolean =>
  a.part === b.part &&
  a.kind === b.kind &&
  (a.who === b.who || a.kind === 'serial') &&
  (a.label === b.label || b.label === '');

/** `nanosPerPx` is the length of one pixel. */
export function ribbonPieces(path: readonly PathSegment[], nanosPerPx: number): Piece[] {
  const pieces: Piece[] = [];
  for (const segment of path) {
    const next = pieceOf(segment);
    const before = pieces.at(-1);
    if (before !== undefined && joins(before, next)) {
      pieces[pieces.length - 1] = { ...before, end: next.end };
      continue;
    }
    const beforeThat = pieces.at(-2);
    if (
      before !== undefined &&
      beforeThat !== undefined &&
      before.end - before.start < nanosPerPx &&
      joins(beforeThat, next)
    ) {
      pieces.pop();
      pieces[pieces.length - 1] = { ...beforeThat, end: next.end };
      continue;
    }
    pieces.push(next);
  }
  return pieces;
}

/** How many calls a serial part is: its topmost spans, or, where the caller's gaps belong to it too, those below it. */
export function serialCount(
  { parts, spans }: Pick<TraceAnswer, 'parts' | 'spans'>,
  part: number,
): number {
  const mine = parts[part]?.spans ?? [];
  const inside = new Set(mine);
  const top = mine.filter((span) => !inside.has(spans.parent[span] ?? -1));
  const first = top[0];
  if (top.length !== 1 || first === undefined) return Math.max(1, top.length);
  return Math.max(1, mine.filter((span) => spans.parent[span] === first).length);
}
