// What an exemplar is: its value, its series, and the trace it leads to.

import { Link } from 'wouter';
import type { Exemplar } from '../../../../src/api/contract/metrics.ts';
import { quantity, type Unit } from '../../lib/format/quantity.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { TraceBrief } from '../../ui/trace-brief.tsx';
import { valueText } from '../../ui/attributes.tsx';
import '../../ui/popover.css';
import type { Line } from './lines.ts';

const WIDTH = 268;
const GAP = 14;

export function ExemplarTip({
  exemplar,
  line,
  unit,
  x,
  y,
  width,
}: {
  exemplar: Exemplar;
  line: Line | undefined;
  unit: Unit;
  x: number;
  y: number;
  width: number;
}) {
  const [zone] = useZone();
  const now = useNow();
  const left = x - WIDTH - GAP > 0 ? x - WIDTH - GAP : Math.min(x + GAP, width - WIDTH);
  const attributes = exemplar.attributes.map(({ key, value }) => `${key} ${valueText(value)}`);
  return (
    <div
      className="pop extip"
      style={{ left, top: Math.max(0, y - 60), width: WIDTH }}
      onMouseDown={(event) => event.stopPropagation()}
    >
      <div className="bar">
        <b className="mono">{quantity(exemplar.value, unit)}</b>
        <span className="t3">{clock(nanosToMillis(exemplar.time), zone, now)}</span>
        <span className="grow" />
        <Link href={paths.traceAt(exemplar.traceId, exemplar.spanId)}>Open trace</Link>
      </div>
      <div className={`clip s${String(line?.hue ?? 0)}`}>
        <span className="svcname">◇</span> {line?.label}
      </div>
      <div className="t2">
        <TraceBrief traceId={exemplar.traceId} time={exemplar.time} />
      </div>
      <div className="t3 tiny">
        {attributes.length === 0 ? 'exemplar of this series' : attributes.join(', ')}
      </div>
    </div>
  );
}
