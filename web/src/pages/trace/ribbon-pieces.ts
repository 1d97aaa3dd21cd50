// The critical path flat: neighbouring stretches of the same part are one piece; a piece under a pixel between two of
// the same part does not split them.

import type { PartKind } from '../../../../src/api/contract/common.ts';
import type { PathSegment, TraceAnswer, TracePart } from '../../../../src/api/contract/traces.ts';

export interface Piece {
  readonly part: number;
  readonly kind: PartKind;
  readonly who: string;
  readonly start: number;
  readonly end: number;
  readonly label: string;
  readonly span: number;
  /** Stands for many stretches under a pixel, of which most of the time is this part's. */
  readonly mixed: boolean;
}

const pieceOf = ({ part, kind, who, start, end, label, span }: PathSegment): Piece => ({
  part,
  kind,
  who,
  start,
  end,
  label,
  span,
  mixed: false,
});

/** Own work of several services is one part but several hues: those stay apart. */
const joins = (a: Piece, b: Piece): boolean =>
  a.part === b.part &&
  a.kind === b.kind &&
  (a.who === b.who || a.kind === 'serial') &&
  (a.label === b.label || b.label === '');

/** `nanosPerPx` is the length of one pixel. */
export function ribbonPieces(path: readonly PathSegment[], nanosPerPx: number): Piece[] {
  return mergedOverGaps(clustered(merged(path.map(pieceOf)), nanosPerPx), nanosPerPx);
}

function merged(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    if (before !== undefined && joins(before, piece))
      result[result.length - 1] = { ...before, end: piece.end, mixed: before.mixed || piece.mixed };
    else result.push(piece);
  }
  return result;
}

const lengthOf = (piece: Piece): number => piece.end - piece.start;

/** A piece under a pixel between two of the same part does not split them. */
function mergedOverGaps(pieces: readonly Piece[], nanosPerPx: number): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    const beforeThat = result.at(-2);
    if (before !== undefined && joins(before, piece))
      result[result.length - 1] = { ...before, end: piece.end, mixed: before.mixed || piece.mixed };
    else if (
      before !== undefined &&
      beforeThat !== undefined &&
      lengthOf(before) < nanosPerPx &&
      joins(beforeThat, piece)
    ) {
      result.pop();
      result[result.length - 1] = { ...beforeThat, end: piece.end, mixed: true };
    } else result.push(piece);
  }
  return result;
}

/** Thousands of pieces under a pixel: each pixel shows the part that has most of it, and no part gets time it had not. */
function clustered(pieces: readonly Piece[], nanosPerPx: number): Piece[] {
  const result: Piece[] = [];
  let cluster: Piece[] = [];
  const flush = (): void => {
    const first = cluster[0];
    const last = cluster.at(-1);
    if (first !== undefined && last !== undefined) {
      const sums = new Map<string, { piece: Piece; nanos: number }>();
      for (const piece of cluster) {
        const key = `${String(piece.part)} ${piece.who}`;
        const sum = sums.get(key) ?? { piece, nanos: 0 };
        sums.set(key, { piece: sum.piece, nanos: sum.nanos + lengthOf(piece) });
      }
      const most = [...sums.values()].reduce((best, one) => (one.nanos > best.nanos ? one : best));
      result.push({ ...most.piece, start: first.start, end: last.end, mixed: sums.size > 1 });
    }
    cluster = [];
  };
  for (const [at, piece] of pieces.entries()) {
    const next = pieces[at + 1];
    const tiny = lengthOf(piece) < nanosPerPx;
    // A single small piece between large ones stays itself.
    if (!tiny || (cluster.length === 0 && (next === undefined || lengthOf(next) >= nanosPerPx))) {
      flush();
      result.push(piece);
      continue;
    }
    cluster.push(piece);
    if (piece.end - (cluster[0]?.start ?? piece.start) >= nanosPerPx) flush();
  }
  flush();
  return result;
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

/** What may be written on a piece, longest first; a mixed piece has no length of its own to tell. */
export function pieceWordings(piece: Piece, part: TracePart | undefined, length: string): string[] {
  const name = pieceName(piece, part);
  return piece.mixed ? [`mostly ${name}`] : [`${name} · ${length}`, name, length];
}

function pieceName(piece: Piece, part: TracePart | undefined): string {
  const attempt =
    part !== undefined && part.label.includes('attempt') ? part.spans.indexOf(piece.span) : -1;
  switch (piece.kind) {
    case 'none':
      return 'no span';
    case 'sleep':
      return 'back-off';
    case 'serial':
      return part?.label.split(',')[0] ?? piece.who;
    case 'wait':
      return attempt >= 0 ? `attempt ${String(attempt + 1)}` : piece.who;
    case 'own':
    case 'rest':
      return piece.who;
    default:
      return piece.kind satisfies never;
  }
}
