// Ribbon and minimap: the critical path laid flat, and how many spans run at each moment, on one scale. The brush over
// the minimap is the visible range of the waterfall.

import { memo, useLayoutEffect, useMemo, useRef, useState, type CSSProperties } from 'react';
import type { TraceAnswer, TracePart } from '../../../../src/api/contract/traces.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { percentWhole } from '../../../../src/base/format/number.ts';
import { serviceOf } from '../../lib/service/registry.ts';
import { hueClass } from '../../lib/service/hue.ts';
import { Minimap } from './minimap.tsx';
import type { OverviewProps } from './overview-props.ts';
import { pieceWordings, ribbonPieces, serialCount, type Piece } from './ribbon-pieces.ts';
import { stretchesOf } from './stretches.ts';

export function Overview(props: OverviewProps) {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(1200);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(element.clientWidth));
    watch.observe(element);
    return () => watch.disconnect();
  }, []);
  return (
    <section className="over" aria-label="Overview">
      <div className="lbl">
        <span>The critical path, laid flat</span>
        <Legend />
      </div>
      <div className="overbox" ref={box}>
        <Ribbon trace={props.trace} part={props.part} onPiece={props.onPiece} width={width} />
        <Minimap
          trace={props.trace}
          zoom={props.zoom}
          hits={props.hits}
          onZoom={props.onZoom}
          width={width}
        />
      </div>
    </section>
  );
}

const Legend = () => (
  <span className="legend only-wide">
    <i className="swatch k k-own" /> own work
    <i className="swatch k k-wait" /> waiting, seen from outside
    <i className="swatch k k-sleep" /> sleeping
    <i className="swatch k k-none" /> no span
    <i className="swatch k k-serial" /> one after another
  </span>
);

/** Stays as it is while rows are stepped through. */
const Ribbon = memo(function Ribbon({
  trace,
  part,
  width,
  onPiece,
}: Pick<OverviewProps, 'trace' | 'part' | 'onPiece'> & { width: number }) {
  const extent = Math.max(1, trace.extent);
  const pieces = useMemo(
    () => ribbonPieces(stretchesOf(trace), extent / Math.max(1, width)),
    [trace, extent, width],
  );
  const share = Math.min(1, trace.duration / extent);
  return (
    <div className="rib">
      <div
        className="ribbon"
        role="img"
        aria-label="The critical path in time order; the table above has the same numbers"
        style={{ width: `${(share * 100).toFixed(3)}%` }}
      >
        {pieces.map((piece) => (
          <RibbonPiece
            key={`${String(piece.start)} ${String(piece.span)}`}
            piece={piece}
            total={trace.duration}
            part={trace.parts[piece.part]}
            each={piece.kind === 'serial' ? 100 / serialCount(trace, piece.part) : 0}
            px={((piece.end - piece.start) / extent) * width}
            faded={part >= 0 && part !== piece.part}
            onClick={() => onPiece(piece.span)}
          />
        ))}
      </div>
      {trace.after > 0 ? (
        <span className="aft" title={afterText(trace)}>
          + {duration(trace.after)} after
        </span>
      ) : null}
    </div>
  );
});

const afterText = (trace: TraceAnswer): string =>
  trace.notes.find((note) => note.kind === 'async' && note.span < 0)?.text ??
  'Work that went on after the answer';

const PX_PER_LETTER = 6;
const LEAST_LABEL_PX = 34;

function RibbonPiece({
  piece,
  part,
  each,
  total,
  px,
  faded,
  onClick,
}: {
  piece: Piece;
  total: number;
  part: TracePart | undefined;
  each: number;
  px: number;
  faded: boolean;
  onClick: () => void;
}) {
  const length = duration(piece.end - piece.start);
  const owner = serviceOf(
    piece.kind === 'serial' && part !== undefined && part.peer !== '' ? part.peer : piece.who,
  );
  const what = part?.label ?? piece.who;
  const title = piece.mixed
    ? `mostly ${what}`
    : `${what}: ${length}, ${percentWhole((piece.end - piece.start) / Math.max(1, total))}`;
  return (
    <i
      className={`k k-${piece.kind} ${owner === undefined || piece.kind === 'rest' ? '' : hueClass(owner.number)}${faded ? ' faded' : ''}`}
      style={pieceStyle((piece.end - piece.start) / Math.max(1, total), each)}
      title={title}
      onClick={onClick}
    >
      <RibbonLabel piece={piece} part={part} px={px} length={length} />
    </i>
  );
}

/** `--each` is the width of one call of a serial piece. */
const pieceStyle = (share: number, each: number): CSSProperties => ({
  width: `${(share * 100).toFixed(3)}%`,
  ...(each > 0 ? { '--each': `${each.toFixed(3)}%` } : {}),
});

/** The longest wording that fits. */
function RibbonLabel({
  piece,
  part,
  px,
  length,
}: {
  piece: Piece;
  part: TracePart | undefined;
  px: number;
  length: string;
}) {
  if (px < LEAST_LABEL_PX) return null;
  const fits = pieceWordings(piece, part, length).find(
    (text) => (text.length + 2) * PX_PER_LETTER < px,
  );
  return fits === undefined ? null : <span>{fits}</span>;
}
