// Lines over time: bars, a lane for warnings, marks for errors. Drag takes a stretch of time; the table does the same
// without a pointer.

import { useLayoutEffect, useRef, useState, type PointerEvent } from 'react';
import { axisMoments } from '../../lib/format/axis-moments.ts';
import { monoFont, prepare, token } from '../../lib/canvas.ts';
import { count, shortCount } from '../../../../src/base/format/number.ts';
import { clock } from '../../lib/format/time.ts';
import { useShownTheme } from '../../lib/settings.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useWidth } from '../../lib/use-width.ts';
import { niceTop, type Volume } from './volume.ts';

const HEIGHT = 96;
const LEFT = 44;
const BOTTOM = 16;
const LANE = 16;

export interface VolumeChartProps {
  readonly volume: Volume;
  readonly fromMs: number;
  readonly stepMs: number;
  readonly label: string;
  readonly onRange: (fromMs: number, toMs: number) => void;
}

export function VolumeChart(props: VolumeChartProps) {
  const { volume, fromMs, stepMs, onRange } = props;
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box, 900);
  const [drag, setDrag] = useState<readonly [number, number] | null>(null);
  const [hover, setHover] = useState<number | null>(null);
  const bucketAt = (event: PointerEvent<HTMLElement>): number => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left - LEFT;
    const at = Math.floor((x / (width - LEFT)) * volume.buckets);
    return Math.min(volume.buckets - 1, Math.max(0, at));
  };
  const end = (): void => {
    if (drag === null) return;
    setDrag(null);
    const [a, b] = [Math.min(...drag), Math.max(...drag)];
    onRange(fromMs + a * stepMs, fromMs + (b + 1) * stepMs);
  };
  const each = (width - LEFT) / volume.buckets;
  const marked = drag ?? (hover === null ? null : ([hover, hover] as const));
  return (
    <div
      ref={box}
      className="hist"
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDrag([bucketAt(event), bucketAt(event)]);
      }}
      onPointerMove={(event) => {
        setHover(bucketAt(event));
        if (drag !== null) setDrag([drag[0], bucketAt(event)]);
      }}
      onPointerUp={end}
      onPointerLeave={() => setHover(null)}
    >
      <VolumeCanvas {...props} width={width} />
      {marked === null ? null : (
        <div
          className={drag === null ? 'histhover' : 'histsel'}
          style={{
            left: LEFT + Math.min(...marked) * each,
            width: (Math.abs(marked[1] - marked[0]) + 1) * each,
          }}
        />
      )}
      {hover === null ? null : (
        <HoverWords {...props} bucket={hover} left={LEFT + hover * each} width={width} />
      )}
    </div>
  );
}

function HoverWords({
  volume,
  fromMs,
  stepMs,
  bucket,
  left,
  width,
}: VolumeChartProps & { bucket: number; left: number; width: number }) {
  const [zone] = useZone();
  const at = fromMs + bucket * stepMs;
  const warnings = volume.warnings[bucket] ?? 0;
  const errors = volume.errors[bucket] ?? 0;
  return (
    <div
      className="celltip"
      style={left > width / 2 ? { right: width - left + 6, top: 2 } : { left: left + 16, top: 2 }}
    >
      <span className="mono">{clock(at, zone, at, stepMs < 60_000 ? 'second' : 'minute')}</span>{' '}
      {count(volume.lines[bucket] ?? 0)} lines
      {warnings === 0 ? null : <span className="wrn">, {count(warnings)} warnings</span>}
      {errors === 0 ? null : <span className="err">, {count(errors)} errors</span>}
    </div>
  );
}

function VolumeCanvas({
  volume,
  fromMs,
  stepMs,
  label,
  width,
}: VolumeChartProps & { width: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const theme = useShownTheme();
  const [zone] = useZone();
  useLayoutEffect(() => {
    const c = canvas.current === null ? null : prepare(canvas.current, width, HEIGHT);
    if (c === null) return;
    paintVolume(c, volume, width);
    const toMs = fromMs + volume.buckets * stepMs;
    const { at, stepMs: apart } = axisMoments(fromMs, toMs, (width - LEFT) / 140);
    c.fillStyle = token('--text-3');
    c.textAlign = 'center';
    for (const ms of at) {
      const text = clock(ms, zone, apart >= 86.4e6 ? 0 : ms, apart < 60_000 ? 'second' : 'minute');
      const x = LEFT + ((ms - fromMs) / (toMs - fromMs)) * (width - LEFT);
      const half = c.measureText(text).width / 2;
      if (x - half > LEFT - 20) c.fillText(text, Math.min(x, width - half), HEIGHT - 6);
    }
  }, [volume, fromMs, stepMs, width, theme, zone]);
  return <canvas ref={canvas} role="img" aria-label={label} />;
}

function paintVolume(c: CanvasRenderingContext2D, volume: Volume, width: number): void {
  const each = (width - LEFT) / volume.buckets;
  const bar = Math.max(1, each - (each > 4 ? 1.5 : 0));
  const laneTop = HEIGHT - BOTTOM - LANE - 2;
  const base = laneTop - 3;
  const top = niceTop(Math.max(...volume.lines));
  const most = Math.max(1, ...volume.warnings);
  c.font = monoFont(10.5);
  c.textBaseline = 'middle';
  c.textAlign = 'right';
  c.fillStyle = token('--text-3');
  if (volume.total > 0) {
    c.fillText(shortCount(top), LEFT - 6, 8);
    c.fillText('lines', LEFT - 6, 22);
  }
  c.strokeStyle = token('--line-soft');
  c.beginPath();
  c.moveTo(LEFT, 8.5);
  c.lineTo(width, 8.5);
  c.stroke();
  if (volume.warningTotal > 0) {
    c.fillStyle = token('--warn');
    c.fillText('warn', LEFT - 6, laneTop + LANE / 2);
  }
  for (let at = 0; at < volume.buckets; at += 1) {
    const x = LEFT + at * each;
    const lines = volume.lines[at] ?? 0;
    const tall = lines === 0 ? 0 : Math.max(1, (lines / top) * (base - 8));
    c.globalAlpha = 0.55;
    c.fillStyle = token('--text-3');
    c.fillRect(x, base - tall, bar, tall);
    c.globalAlpha = 1;
    const warnings = volume.warnings[at] ?? 0;
    const warn = warnings === 0 ? 0 : Math.max(1.5, (warnings / most) * LANE);
    c.fillStyle = token('--warn');
    c.fillRect(x, laneTop + LANE - warn, bar, warn);
    if ((volume.errors[at] ?? 0) > 0) errorMark(c, x + each / 2, laneTop + LANE + 1);
  }
}

function errorMark(c: CanvasRenderingContext2D, x: number, y: number): void {
  c.fillStyle = token('--error');
  c.beginPath();
  c.moveTo(x, y);
  c.lineTo(x + 3.5, y + 5);
  c.lineTo(x - 3.5, y + 5);
  c.fill();
}
