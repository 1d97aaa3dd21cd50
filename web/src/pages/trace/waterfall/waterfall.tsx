// The waterfall: rows in the DOM, virtual; bars in canvases that scroll with them, so that both never drift apart.

import { useEffect, useLayoutEffect, useMemo, useRef, useState, type RefObject } from 'react';
import { usePageOffset } from '../../../lib/use-page-offset.ts';
import { Bars } from './bars.tsx';
import type { Scene } from './paint.ts';
import { scaleOf, ticksOf } from './scale.ts';
import { bendsOf } from './throughline.ts';
import { VisibleRows } from './visible-rows.tsx';
import type { WaterfallProps } from './waterfall-props.ts';
import './waterfall.css';

const TOP_BAR_PX = 40;
const STICKY_PX = TOP_BAR_PX + 32 + 22;
const ROOM_BELOW_PX = 72;

const sentenceTop = (): number =>
  window.scrollY + (document.querySelector('.vd')?.getBoundingClientRect().top ?? TOP_BAR_PX);

export function Waterfall(props: WaterfallProps) {
  const { trace, model, wide } = props;
  const body = useRef<HTMLDivElement>(null);
  const offset = usePageOffset(body);
  const width = useBarWidth(body, wide);
  const scale = useMemo(() => scaleOf(props.zoom[0], props.zoom[1], width), [props.zoom, width]);
  const ticks = useMemo(() => ticksOf(scale), [scale]);
  const scene = useScene(props, scale, ticks);
  useReveal(props, offset);
  return (
    <div className="wf">
      <div className="wftop">
        <div className="wfh" aria-hidden="true">
          <span>Service and operation</span>
          <span className="num">total</span>
        </div>
        <Axis ticks={ticks} scale={scale} onZoom={props.onZoom} />
      </div>
      <div
        ref={body}
        className="rows"
        role="treegrid"
        aria-label={`Spans of ${trace.endpoint}`}
        aria-rowcount={model.rows.rows.length + 1}
        style={{ height: model.tops.at(-1) ?? 0 }}
      >
        <VisibleRows {...props} offset={offset} />
        <Bars scene={scene} offset={offset} width={width} />
      </div>
    </div>
  );
}

function useBarWidth(body: RefObject<HTMLDivElement | null>, wide: boolean): number {
  const [width, setWidth] = useState(600);
  useLayoutEffect(() => {
    const element = body.current;
    if (element === null) return;
    const measure = (): void => {
      const name = wide ? (window.innerWidth <= 1180 ? 380 : 480) : 24;
      setWidth(Math.max(80, element.clientWidth - name));
    };
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(element);
    return () => watch.disconnect();
  }, [body, wide]);
  return width;
}

function useScene(props: WaterfallProps, scale: Scene['scale'], ticks: Scene['ticks']): Scene {
  const { trace, model, wide, showPath, part } = props;
  const bends = useMemo(() => bendsOf(model.runs, scale.x), [model.runs, scale]);
  const told = useMemo(() => new Set(trace.verdict.culprit?.spans ?? []), [trace]);
  return useMemo(
    () => ({
      spans: trace.spans,
      notes: trace.notes,
      logs: model.logs,
      rows: model.rows.rows,
      tops: model.tops,
      runs: model.runs,
      runIndex: model.runIndex,
      bends,
      onPath: model.onPath,
      scale,
      ticks,
      wide,
      showPath,
      answer: trace.duration,
      arriving: trace.arriving,
      told,
      part,
    }),
    [trace, model, bends, scale, ticks, wide, showPath, told, part],
  );
}

function useReveal({ reveal, model, wide }: WaterfallProps, offset: number): void {
  const done = useRef(-1);
  useEffect(() => {
    if (reveal === null || offset === 0 || done.current === reveal.turn || reveal.row < 0) return;
    done.current = reveal.turn;
    const y = offset + (model.tops[reveal.row] ?? 0);
    const room = window.innerHeight - STICKY_PX;
    const top = y - window.scrollY - STICKY_PX;
    if (reveal.how === 'open') {
      // As far as needed while the sentence stays in view: it comes first. A row that is deeper stands at a third.
      const needed = y + ROOM_BELOW_PX - window.innerHeight;
      const most = sentenceTop() - TOP_BAR_PX;
      if (wide && needed > 0)
        window.scrollTo({ top: needed <= most ? needed : y - STICKY_PX - room / 3 });
    } else if (top < 0) window.scrollTo({ top: y - STICKY_PX - room / 3 });
    else if (top > room - 48) window.scrollTo({ top: y - STICKY_PX - (room * 2) / 3 });
  }, [reveal, model, offset, wide]);
}

function Axis({
  ticks,
  scale,
  onZoom,
}: {
  ticks: Scene['ticks'];
  scale: Scene['scale'];
  onZoom: (zoom: readonly [number, number]) => void;
}) {
  const from = useRef<number | null>(null);
  const at = (event: React.PointerEvent): number =>
    scale.nanosAt(event.clientX - event.currentTarget.getBoundingClientRect().left);
  return (
    <div
      className="axis"
      aria-hidden="true"
      title="Drag to zoom"
      onPointerDown={(event) => {
        from.current = at(event);
        event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerUp={(event) => {
        const start = from.current;
        from.current = null;
        if (start === null) return;
        const end = at(event);
        if (Math.abs(scale.x(end) - scale.x(start)) > 4)
          onZoom([Math.min(start, end), Math.max(start, end)]);
      }}
    >
      {ticks.map((tick) => (
        <span key={tick.at} style={{ left: tick.x }}>
          {tick.x < scale.width - 34 ? tick.label : ''}
        </span>
      ))}
    </div>
  );
}
