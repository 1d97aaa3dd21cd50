// The critical path flat: neighbouring stretches of the same part are one piece; a piece under a pixel between two of
// the same part does not split them.

import type { PartKind } from '../../../../src/api/contract/common.ts';
import type { TraceAnswer, TracePart } from '../../../../src/api/contract/traces.ts';
import { attemptsOf } from './attempts.ts';
import type { Stretch } from './stretches.ts';

export interface Piece {
  readonly part: number;
  readonly kind: PartKind;
  readonly who: string;
  readonly start: number;
  readonly end: number;
  readonly span: number;
  /** Stands for many stretches under a pixel, of which most of the time is this part's. */
  readonly mixed: boolean;
}

const pieceOf = ({ part, kind, who, start, end, span }: Stretch): Piece => ({
  part,
  kind,
  who,
  start,
  end,
  span,
  mixed: false,
});

/** Own work of several services is one part but several hues: those stay apart. */
const joins = (a: Piece, b: Piece): boolean =>
  a.part === b.part && a.kind === b.kind && (a.who === b.who || a.kind === 'serial');

/** More could not be told apart, and every one of them is an element of the page. */
const MOST_PIECES = 250;

/** `nanosPerPx` is the length of one pixel. Linear: a path may have hundreds of thousands of stretches. */
export function ribbonPieces(path: readonly Stretch[], nanosPerPx: number): Piece[] {
  const whole = merged(path);
  for (let least = nanosPerPx; ; least *= 2) {
    const pieces = mergedOverGaps(clustered(whole, least), least);
    if (pieces.length <= MOST_PIECES) return pieces;
  }
}

/** Exact neighbours of one part first, so that a piece that is seen has the length the table tells. */
function merged(path: readonly Stretch[]): Piece[] {
  const result: Piece[] = [];
  let last: (Piece & { end: number }) | null = null;
  for (const segment of path) {
    const next = pieceOf(segment);
    if (last !== null && joins(last, next)) last.end = next.end;
    else {
      last = next;
      result.push(next);
    }
  }
  return result;
}

const lengthOf = (piece: Piece): number => piece.end - piece.start;

/** Joins neighbours of one part, also over a piece under a pixel between them. */
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

/**
 * Stretches under a pixel are gathered until they fill one; it shows the part that has most of it, and no part gets
 * time it had not. A single small stretch between large ones stays itself.
 */
function clustered(pieces: readonly Piece[], nanosPerPx: number): Piece[] {
  const result: Piece[] = [];
  const cluster = new Cluster();
  for (const piece of pieces) {
    if (lengthOf(piece) >= nanosPerPx) {
      cluster.flushTo(result);
      result.push(piece);
      continue;
    }
    cluster.add(piece);
    if (cluster.length >= nanosPerPx) cluster.flushTo(result);
  }
  cluster.flushTo(result);
  return result;
}

class Cluster {
  readonly #sums = new Map<string, { readonly piece: Piece; nanos: number }>();
  #start = 0;
  #end = 0;

  get length(): number {
    return this.#sums.size === 0 ? 0 : this.#end - this.#start;
  }

  add(piece: Piece): void {
    if (this.#sums.size === 0) this.#start = piece.start;
    this.#end = piece.end;
    const key = `${String(piece.part)} ${piece.who}`;
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { piece, nanos: lengthOf(piece) });
    else sum.nanos += lengthOf(piece);
  }

  flushTo(result: Piece[]): void {
    const sums = [...this.#sums.values()];
    const first = sums[0];
    if (first === undefined) return;
    const most = sums.reduce((best, one) => (one.nanos > best.nanos ? one : best), first);
    result.push({
      ...most.piece,
      start: this.#start,
      end: this.#end,
      mixed: sums.some(({ piece }) => !joins(most.piece, piece)),
    });
    this.#sums.clear();
  }
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
  if (piece.mixed) return [`mostly ${name}`];
  // `8 × GET /stock/{sku}`: how many of what kind tells more than the time alone.
  const short = piece.kind === 'serial' ? [name.split(' ').slice(0, 3).join(' ')] : [];
  return [`${name} · ${length}`, name, ...short, length];
}

function pieceName(piece: Piece, part: TracePart | undefined): string {
  const attempt = part === undefined ? undefined : attemptsOf([part]).get(piece.span);
  switch (piece.kind) {
    case 'none':
      return 'no span';
    case 'sleep':
      return 'back-off';
    case 'serial':
      return part?.label.split(',')[0] ?? piece.who;
    case 'wait':
      return attempt === undefined ? piece.who : `attempt ${String(attempt)}`;
    case 'own':
    case 'rest':
      return piece.who;
    default:
      return piece.kind satisfies never;
  }
}
