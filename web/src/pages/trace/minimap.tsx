// How many spans run at each moment, errors and hits marked at the foot, and a brush: drag, arrows move, Shift+arrows
// widen, Home and End, double-click for all.

import {
  memo,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type RefObject,
} from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { prepare, token } from '../../lib/canvas.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { useShownTheme } from '../../lib/settings.ts';
import { moved, widened } from './brush.ts';
import { densityOf } from './density.ts';
import type { OverviewProps } from './overview-props.ts';

const HEIGHT = 30;
const MOST_BUCKETS = 1000;
const GRIP_PX = 8;

type Drag = {
  readonly kind: 'from' | 'to' | 'move' | 'new';
  readonly at: number;
  readonly zoom: readonly [number, number];
};

/** The columns of spans, the errors under them, the hits across. */
function usePaint(
  canvas: RefObject<HTMLCanvasElement | null>,
  trace: TraceAnswer,
  hits: readonly number[],
  width: number,
): void {
  const theme = useShownTheme();
  const extent = Math.max(1, trace.extent);
  const density = useMemo(
    () =>
      densityOf(trace.spans, extent, Math.min(MOST_BUCKETS, Math.max(50, Math.floor(width / 4)))),
    [trace, extent, width],
  );
  useLayoutEffect(() => {
    const context = canvas.current === null ? null : prepare(canvas.current, width, HEIGHT);
    if (context === null) return;
    const { running, most, errors } = density;
    const step = width / running.length;
    context.fillStyle = token('--surface-2');
    context.fillRect(0, 0, width, HEIGHT);
    context.fillStyle = token('--text-3');
    context.globalAlpha = 0.55;
    running.forEach((value, at) => {
      const height = (value / Math.max(1, most)) * (HEIGHT - 8);
      context.fillRect(at * step, HEIGHT - 4 - height, step + 0.5, height);
    });
    context.globalAlpha = 1;
    context.fillStyle = token('--error');
    errors.forEach((error, at) => {
      if (error === 1) context.fillRect(at * step, HEIGHT - 3, step + 0.5, 3);
    });
    context.fillStyle = token('--warn');
    // Thousands of hits fall on the same pixels: each is drawn once.
    const columns = new Set<number>();
    for (const hit of hits)
      columns.add(Math.round(((trace.spans.start[hit] ?? 0) / extent) * width));
    for (const x of columns) context.fillRect(x - 0.75, 0, 1.5, HEIGHT - 4);
  }, [canvas, density, width, theme, hits, trace, extent]);
}

export const Minimap = memo(function Minimap({
  trace,
  zoom,
  hits,
  width,
  onZoom,
}: Pick<OverviewProps, 'trace' | 'zoom' | 'hits' | 'onZoom'> & { width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const drag = useRef<Drag | null>(null);
  const [dragged, setDragged] = useState<readonly [number, number] | null>(null);
  const extent = Math.max(1, trace.extent);
  usePaint(canvas, trace, hits, width);

  const shown = dragged ?? zoom;
  const nanosAt = (event: PointerEvent): number => {
    const left = box.current?.getBoundingClientRect().left ?? 0;
    return Math.min(extent, Math.max(0, ((event.clientX - left) / Math.max(1, width)) * extent));
  };
  const pxOf = (nanos: number): number => (nanos / extent) * width;

  const onPointerDown = (event: PointerEvent): void => {
    const at = nanosAt(event);
    const px = pxOf(at);
    const kind = kindOf(px, pxOf(zoom[0]), pxOf(zoom[1]), width);
    drag.current = { kind, at, zoom };
    box.current?.setPointerCapture(event.pointerId);
  };
  const onPointerMove = (event: PointerEvent): void => {
    if (drag.current !== null) setDragged(draggedTo(drag.current, nanosAt(event), extent));
  };
  const onPointerUp = (event: PointerEvent): void => {
    const now = drag.current;
    drag.current = null;
    setDragged(null);
    if (now === null) return;
    const next = draggedTo(now, nanosAt(event), extent);
    if (pxOf(next[1] - next[0]) >= 3) onZoom(next);
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    const next = keyed(event, zoom, extent);
    if (next === null) return;
    event.preventDefault();
    event.stopPropagation();
    onZoom(next);
  };
  return (
    <div
      className="mini"
      ref={box}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
      onDoubleClick={() => onZoom([0, extent])}
    >
      <canvas ref={canvas} aria-hidden="true" />
      <div
        className="brush"
        role="slider"
        tabIndex={0}
        aria-label="Visible range"
        aria-valuemin={0}
        aria-valuemax={Math.round(extent / 1e6)}
        aria-valuenow={Math.round(shown[0] / 1e6)}
        aria-valuetext={`${duration(shown[0])} to ${duration(shown[1])}`}
        style={{ left: pxOf(shown[0]), width: Math.max(2, pxOf(shown[1] - shown[0])) }}
        onKeyDown={onKeyDown}
      />
    </div>
  );
});

/** What a press grips: an edge, the range between them, or nothing: a new range. */
function kindOf(px: number, from: number, to: number, width: number): Drag['kind'] {
  if (Math.abs(px - from) < GRIP_PX) return 'from';
  if (Math.abs(px - to) < GRIP_PX) return 'to';
  const whole = from <= 0 && to >= width;
  return !whole && px > from && px < to ? 'move' : 'new';
}

function draggedTo(drag: Drag, at: number, extent: number): readonly [number, number] {
  const [from, to] = drag.zoom;
  switch (drag.kind) {
    case 'from':
      return at < to ? [at, to] : [to, at];
    case 'to':
      return at > from ? [from, at] : [at, from];
    case 'move':
      return moved(drag.zoom, at - drag.at, extent);
    case 'new':
      return [Math.min(drag.at, at), Math.max(drag.at, at)];
    default:
      return drag.kind satisfies never;
  }
}

const STEP = 0.1;

function keyed(
  event: KeyboardEvent,
  zoom: readonly [number, number],
  extent: number,
): readonly [number, number] | null {
  const step = (zoom[1] - zoom[0]) * STEP;
  switch (event.key) {
    case 'ArrowLeft':
      return event.shiftKey ? widened(zoom, -step, extent) : moved(zoom, -step, extent);
    case 'ArrowRight':
      return event.shiftKey ? widened(zoom, step, extent) : moved(zoom, step, extent);
    case 'Home':
      return moved(zoom, -extent, extent);
    case 'End':
      return moved(zoom, extent, extent);
    case 'Escape':
      return [0, extent];
    default:
      return null;
  }
}
