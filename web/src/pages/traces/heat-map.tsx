// Duration over time: counts of traces as a heat map. Drag selects an area; with the keyboard arrows move a cell cursor,
// Shift+arrows select, Enter takes the selection, Escape drops it.

import {
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
} from 'react';
import type { HeatmapAnswer } from '../../../../src/api/contract/traces.ts';
import { monoFont, prepare, token } from '../../lib/canvas.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { count } from '../../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { useShownTheme } from '../../lib/settings.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import {
  areaOf,
  BOTTOM_PX,
  boxOf,
  cellAt,
  cellBox,
  durationTicks,
  heatStep,
  layoutOf,
  LEFT_PX,
  timeTicks,
  type Cell,
  type HeatLayout,
  type Selection,
} from './heat-geometry.ts';

const HEIGHT = 264;

export interface HeatMapProps {
  readonly answer: HeatmapAnswer;
  /** Start of the answer's range, ns. */
  readonly from: string;
  readonly area: string;
  /** Traces in the selected area, once known. */
  readonly selected: number | null;
  readonly onArea: (area: string) => void;
}

export function HeatMap({ answer, from, area, selected, onArea }: HeatMapProps) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const layout = useMemo(() => layoutOf(answer, width, HEIGHT), [answer, width]);
  const [selection, setSelection] = useState<Selection | null>(null);
  const [cursor, setCursor] = useState<Cell | null>(null);
  const dragging = useRef(false);
  const shown =
    selection === null ? boxOf(answer, from, layout, area) : selectionBox(layout, selection);
  const at = (event: PointerEvent): Cell => {
    const rect = event.currentTarget.getBoundingClientRect();
    return cellAt(layout, event.clientX - rect.left, event.clientY - rect.top);
  };
  const take = (one: Selection): void => {
    setSelection(null);
    onArea(areaOf(answer, from, one));
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    if (step !== undefined) {
      const start = cursor ?? startCell(answer);
      const next = moveCell(layout, start, cursor === null ? [0, 0] : step);
      setCursor(next);
      setSelection(event.shiftKey ? { from: selection?.from ?? start, to: next } : null);
    } else if (event.key === 'Enter' && cursor !== null)
      take(selection ?? { from: cursor, to: cursor });
    else if (event.key === 'Escape' && (selection !== null || area !== '')) {
      setSelection(null);
      onArea('');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <div
      ref={box}
      className="heat"
      role="application"
      aria-roledescription="heat map"
      aria-label={`Duration over time, ${count(answer.total)} traces. Arrows move a cell, Shift with arrows selects, Enter takes the selection; the table has the same numbers.`}
      tabIndex={0}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        dragging.current = true;
        event.currentTarget.setPointerCapture(event.pointerId);
        const cell = at(event);
        setCursor(null);
        setSelection({ from: cell, to: cell });
      }}
      onPointerMove={(event) => {
        if (dragging.current && selection !== null)
          setSelection({ from: selection.from, to: at(event) });
      }}
      onPointerUp={() => {
        dragging.current = false;
        if (selection !== null) take(selection);
      }}
    >
      <HeatCanvas answer={answer} from={from} layout={layout} />
      {shown === null ? null : (
        <div
          className="sel"
          style={{ left: shown.x, top: shown.y, width: shown.width, height: shown.height }}
        >
          {selection === null && selected !== null ? <b>{count(selected)} traces</b> : null}
        </div>
      )}
      {cursor === null ? null : (
        <Cursor answer={answer} from={from} layout={layout} cell={cursor} />
      )}
    </div>
  );
}

const STEPS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, 1],
  ArrowDown: [0, -1],
};

/** Where the keyboard starts: the cell with the longest durations. */
function startCell(answer: HeatmapAnswer): Cell {
  let best: Cell = { column: 0, row: 0 };
  for (const [column, row] of answer.cells) if (row > best.row) best = { column, row };
  return best;
}

const moveCell = (layout: HeatLayout, cell: Cell, [dx, dy]: readonly [number, number]): Cell => ({
  column: Math.min(layout.columns - 1, Math.max(0, cell.column + dx)),
  row: Math.min(layout.rows - 1, Math.max(0, cell.row + dy)),
});

function selectionBox(layout: HeatLayout, { from, to }: Selection) {
  const a = cellBox(layout, from);
  const b = cellBox(layout, to);
  return {
    x: Math.min(a.x, b.x),
    y: Math.min(a.y, b.y),
    width: Math.abs(a.x - b.x) + layout.cellWidth,
    height: Math.abs(a.y - b.y) + layout.cellHeight,
  };
}

function useWidth(box: React.RefObject<HTMLDivElement | null>): number {
  const [width, setWidth] = useState(900);
  useLayoutEffect(() => {
    const element = box.current;
    if (element === null) return;
    const watch = new ResizeObserver(() => setWidth(Math.max(200, element.clientWidth)));
    watch.observe(element);
    return () => watch.disconnect();
  }, [box]);
  return width;
}

function Cursor({
  answer,
  from,
  layout,
  cell,
}: {
  answer: HeatmapAnswer;
  from: string;
  layout: HeatLayout;
  cell: Cell;
}) {
  const [zone] = useZone();
  const { x, y } = cellBox(layout, cell);
  const found = answer.cells.find(([column, row]) => column === cell.column && row === cell.row);
  const start = nanosToMillis(from) + (cell.column * answer.stepNanos) / 1e6;
  const words =
    `${count(found?.[2] ?? 0)} traces at ${clock(start, zone, start, 'second')}, ` +
    `${duration(answer.rowEdges[cell.row] ?? 0)} to ${duration(answer.rowEdges[cell.row + 1] ?? 0)}` +
    ((found?.[3] ?? 0) > 0 ? `, ${count(found?.[3] ?? 0)} with errors` : '');
  const right = x > layout.width / 2;
  return (
    <>
      <div
        className="cellcursor"
        style={{ left: x, top: y, width: layout.cellWidth, height: layout.cellHeight }}
      />
      <div
        className="celltip"
        role="status"
        style={
          right
            ? { right: layout.width - x + 8, top: y }
            : { left: x + layout.cellWidth + 8, top: y }
        }
      >
        {words}
      </div>
    </>
  );
}

function HeatCanvas({
  answer,
  from,
  layout,
}: {
  answer: HeatmapAnswer;
  from: string;
  layout: HeatLayout;
}) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const [zone] = useZone();
  useLayoutEffect(() => {
    const c = canvas.current === null ? null : prepare(canvas.current, layout.width, layout.height);
    if (c === null) return;
    const heat = [0, 1, 2, 3, 4].map((step) => token(`--heat-${String(step)}`));
    const most = answer.cells.reduce((max, [, , n]) => Math.max(max, n), 1);
    c.lineWidth = 1;
    c.strokeStyle = token('--line-soft');
    c.fillStyle = token('--text-3');
    c.font = monoFont(10.5);
    c.textAlign = 'right';
    c.textBaseline = 'middle';
    for (const tick of durationTicks(answer, layout)) {
      c.beginPath();
      c.moveTo(LEFT_PX, Math.round(tick.at) + 0.5);
      c.lineTo(layout.width, Math.round(tick.at) + 0.5);
      c.stroke();
      c.fillText(tick.label, LEFT_PX - 6, tick.at);
    }
    // Over empty cells the grid shows, over full ones a gap of a pixel.
    const gap = layout.cellWidth > 4 ? 1 : 0;
    for (const [column, row, n, errors] of answer.cells) {
      const { x, y } = cellBox(layout, { column, row });
      c.fillStyle = heat[heatStep(n, most)] ?? '';
      if (answer.total === 1) {
        c.beginPath();
        c.arc(x + layout.cellWidth / 2, y + layout.cellHeight / 2, 4, 0, 7);
        c.fill();
        continue;
      }
      c.fillRect(x, y, Math.max(1, layout.cellWidth - gap), Math.max(1, layout.cellHeight - 1));
      if (errors === 0 || layout.cellHeight < 6) continue;
      c.fillStyle = token('--error');
      c.fillRect(x, y + layout.cellHeight - 4, 3, 3);
    }
    c.fillStyle = token('--text-3');
    c.textAlign = 'center';
    for (const tick of timeTicks(answer, nanosToMillis(from), layout, zone)) {
      const half = c.measureText(tick.label).width / 2;
      c.fillText(
        tick.label,
        Math.min(tick.at, layout.width - half),
        layout.height - BOTTOM_PX / 2 + 2,
      );
    }
  }, [answer, from, layout, theme, zone]);
  return <canvas ref={canvas} className="heatcanvas" aria-hidden="true" />;
}
