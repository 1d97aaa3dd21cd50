// Where this span's duration lies among those of the same service, name and kind in the hour before.

import type { SpanAnswer } from '../../../../../src/api/contract/traces.ts';
import { duration } from '../../../../../src/base/format/duration.ts';
import { count, joined, percent, threeDigits } from '../../../../../src/base/format/number.ts';
import { spread, stripGeometry } from './peer-geometry.ts';

const WIDTH = 308;
const BASE = 20.5;
/** Fewer say nothing about what is usual. */
const ENOUGH = 20;

export function PeerStrip({ span, nanos }: { span: SpanAnswer; nanos: number }) {
  const { peers } = span;
  if (peers.count < ENOUGH || peers.p50 === null)
    return (
      <p className="small t3">
        Too few to compare ({count(peers.count)} alike in the hour before).
      </p>
    );
  const geometry = stripGeometry(peers, nanos, WIDTH, BASE);
  const ratio = nanos / Math.max(1, peers.p50);
  const slow = peers.p99 !== null && nanos > peers.p99;
  const words = sentence(peers.fasterShare, peers.count, ratio);
  const labels = spread(
    [
      { x: geometry.p50, text: `p50 ${duration(peers.p50)}` },
      ...(geometry.p99 === null ? [] : [{ x: geometry.p99, text: `p99 ${duration(peers.p99)}` }]),
      { x: geometry.here, text: `here ${duration(nanos)}` },
    ],
    WIDTH,
  );
  return (
    <div className={slow ? 'peer slow' : 'peer'}>
      <svg viewBox={`0 0 ${String(WIDTH)} 36`} role="img" aria-label={words}>
        <path className="base" d={`M0 ${String(BASE)}h${String(WIDTH)}`} />
        <path className="density" d={geometry.area} />
        {[geometry.p50, geometry.p95, geometry.p99].map((x, at) =>
          x === null ? null : <path key={at} className="tick" d={`M${x.toFixed(1)} 15v9`} />,
        )}
        <path className="here" d={`M${geometry.here.toFixed(1)} 6v18`} />
        <path className="mark" d={`m${(geometry.here - 4).toFixed(1)} 4 4 5 4-5z`} />
        {labels.map((label) => (
          <text
            key={label.text}
            x={label.x.toFixed(1)}
            y={34}
            textAnchor="middle"
            className={label.text.startsWith('here') ? 'heretext' : ''}
          >
            {label.text}
          </text>
        ))}
      </svg>
      <p>{words}</p>
    </div>
  );
}

function sentence(faster: number | null, among: number, ratio: number): string {
  const times =
    ratio >= 1.5 || ratio <= 0.67
      ? `; ${ratio < 999 ? threeDigits(ratio) : count(ratio)} × the median`
      : '';
  if (faster === null) return `${count(among)} alike in the hour before${times}.`;
  return faster >= 0.5
    ? `Slower than ${joined(percent(Math.min(faster, 0.999)))} of ${count(among)} alike in the hour before${times}.`
    : `Faster than ${joined(percent(Math.min(1 - faster, 0.999)))} of ${count(among)} alike in the hour before${times}.`;
}
