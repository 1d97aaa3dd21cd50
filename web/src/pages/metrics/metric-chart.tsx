// The chart: lines with their names at their ends, exemplars that lead to traces; drag zooms, double-click goes back.

import { useEffect, useLayoutEffect, useMemo, useRef, useState, type MouseEvent } from 'react';
import '../../lib/valid-language.ts';
import uPlot from 'uplot';
import { useLocation } from 'wouter';
import 'uplot/dist/uPlot.min.css';
import type { MetricQueryAnswer } from '../../../../src/api/contract/metrics.ts';
import type { Unit } from '../../lib/format/quantity.ts';
import { useShownTheme } from '../../lib/settings.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useWidth } from '../../lib/use-width.ts';
import { optionsOf } from './chart-options.ts';
import { diamondAt, gutterOf, paintDiamonds, paintLabels } from './chart-paint.ts';
import { ExemplarTip } from './exemplar-tip.tsx';
import { axisRange, diamondsOf, thinned, timesOf, type Line } from './lines.ts';
import './metric-chart.css';

export interface ChartProps {
  readonly answer: MetricQueryAnswer;
  readonly lines: readonly Line[];
  readonly hidden: ReadonlySet<string>;
  readonly unit: Unit;
  readonly height: number;
  readonly label: string;
  readonly exemplars: boolean;
  readonly onCursor: (index: number | null) => void;
  readonly onZoom: (fromMs: number, toMs: number) => void;
  readonly onBack: () => void;
}

/** Diamonds of a line closer than this would hide it. */
const APART_PX = 18;

interface Tip {
  readonly exemplar: number;
  readonly x: number;
  readonly y: number;
}

export function MetricChart(props: ChartProps) {
  const { answer, lines, hidden } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 900);
  const [tip, setTip] = useState<Tip | null>(null);
  const [, navigate] = useLocation();
  const shown = useMemo(() => lines.filter((line) => !hidden.has(line.label)), [lines, hidden]);
  const range = useMemo(() => axisRange(shown), [shown]);
  const diamonds = useMemo(() => {
    if (!props.exemplars) return [];
    const all = diamondsOf(answer, lines, range[1]).filter(
      ({ line }) => !hidden.has(lines[line]?.label ?? ''),
    );
    return thinned(all, ((answer.points * answer.stepNanos) / 1e9 / width) * APART_PX);
  }, [answer, lines, hidden, range, props.exemplars, width]);
  const marked = tip?.exemplar ?? null;
  const gutter = gutterOf(shown, width);
  const plot = usePlot(box, { ...props, width, range, gutter }, (u) => {
    paintDiamonds(u, diamonds, lines, marked);
    paintLabels(u, lines, hidden, gutter);
  });
  useEffect(() => plot.current?.redraw(false), [plot, marked, diamonds]);
  const under = (event: MouseEvent) => {
    const u = plot.current;
    if (u === null) return null;
    const rect = u.over.getBoundingClientRect();
    return diamondAt(u, diamonds, event.clientX - rect.left, event.clientY - rect.top);
  };
  const inTip = (event: MouseEvent): boolean =>
    event.target instanceof Element && event.target.closest('.extip') !== null;
  const exemplar = tip === null ? undefined : answer.exemplars[tip.exemplar];
  return (
    <div
      ref={box}
      className={tip === null ? 'plot' : 'plot ondiamond'}
      style={{ height: props.height }}
      onMouseMove={(event) => {
        if (inTip(event)) return;
        const found = under(event);
        setTip(tipAfter(tip, found, plot.current, event));
      }}
      onMouseLeave={() => setTip(null)}
      onClick={(event) => {
        const one = inTip(event) ? null : under(event);
        const target = one === null ? undefined : answer.exemplars[one.diamond.exemplar];
        if (target !== undefined) navigate(paths.traceAt(target.traceId, target.spanId));
      }}
      onDoubleClick={props.onBack}
    >
      <div className="vh" role="img" aria-label={props.label} />
      {tip === null || exemplar === undefined ? null : (
        <ExemplarTip
          exemplar={exemplar}
          line={lines[exemplar.series]}
          unit={props.unit}
          x={tip.x}
          y={tip.y}
          width={width}
        />
      )}
    </div>
  );
}

/** So far from its diamond the pointer may go on its way to the tip. */
const KEEP_PX = 40;

function tipAfter(
  before: Tip | null,
  found: ReturnType<typeof diamondAt>,
  u: uPlot | null,
  event: MouseEvent,
): Tip | null {
  if (u === null) return null;
  const offset = { x: u.over.offsetLeft, y: u.over.offsetTop };
  if (found !== null) {
    if (before?.exemplar === found.diamond.exemplar) return before;
    return { exemplar: found.diamond.exemplar, x: found.x + offset.x, y: found.y + offset.y };
  }
  if (before === null) return null;
  const rect = event.currentTarget.getBoundingClientRect();
  const far = Math.hypot(event.clientX - rect.left - before.x, event.clientY - rect.top - before.y);
  return far > KEEP_PX ? null : before;
}

type PlotProps = ChartProps & {
  readonly width: number;
  readonly range: readonly [number, number];
  readonly gutter: number;
};

/** Makes the plot anew when what it shows changes; size and theme too, since colours are values in it. */
function usePlot(
  box: React.RefObject<HTMLDivElement | null>,
  props: PlotProps,
  paint: (u: uPlot) => void,
): React.RefObject<uPlot | null> {
  const { answer, lines, hidden, unit, width, height, range, gutter } = props;
  const plot = useRef<uPlot | null>(null);
  const theme = useShownTheme();
  const [zone] = useZone();
  const now = useRef({ paint, props });
  useLayoutEffect(() => {
    now.current = { paint, props };
  });
  useLayoutEffect(() => {
    if (box.current === null) return;
    const options = optionsOf({
      lines,
      hidden,
      unit,
      zone,
      range,
      width,
      height,
      gutter,
      onDraw: (u) => now.current.paint(u),
      onCursor: (index) => now.current.props.onCursor(index),
      onZoom: (fromMs, toMs) => now.current.props.onZoom(fromMs, toMs),
    });
    const data: uPlot.AlignedData = [timesOf(answer), ...lines.map((line) => [...line.values])];
    const made = new uPlot(options, data, box.current);
    plot.current = made;
    return () => {
      made.destroy();
      plot.current = null;
    };
  }, [box, answer, lines, hidden, unit, zone, range, width, height, gutter, theme]);
  return plot;
}
