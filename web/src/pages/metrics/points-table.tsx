// The chart's numbers as a table: a row for each step, newest first, a column for each line. Rows are virtual.

import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import type { MetricQueryAnswer } from '../../../../src/api/contract/metrics.ts';
import { quantity, type Unit } from '../../lib/format/quantity.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import type { Line } from './lines.ts';
import '../../ui/table.css';

const ROW_PX = 28;

export function PointsTable({
  answer,
  lines,
  unit,
  height,
}: {
  answer: MetricQueryAnswer;
  lines: readonly Line[];
  unit: Unit;
  height: number;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [zone] = useZone();
  const now = useNow();
  const virtual = useVirtualizer({
    count: answer.points,
    getScrollElement: () => box.current,
    estimateSize: () => ROW_PX,
    overscan: 10,
    initialRect: { width: 600, height },
  });
  const items = virtual.getVirtualItems();
  const above = items[0]?.start ?? 0;
  const below = virtual.getTotalSize() - (items.at(-1)?.end ?? 0);
  const precision = answer.stepNanos < 60e9 ? 'second' : 'minute';
  const start = nanosToMillis(answer.from);
  return (
    <div
      ref={box}
      className="points"
      style={{ height }}
      tabIndex={0}
      role="region"
      aria-label="Points"
    >
      <table className="tbl" aria-rowcount={answer.points + 1}>
        <thead>
          <tr>
            <th>From</th>
            {lines.map((line, at) => (
              <th key={`${line.label} ${String(at)}`} className="num">
                {line.label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {above > 0 ? <tr aria-hidden="true" style={{ height: above }} /> : null}
          {items.map(({ index }) => {
            const point = answer.points - 1 - index;
            return (
              <tr key={index} aria-rowindex={index + 2}>
                <td className="mono">
                  {clock(start + (point * answer.stepNanos) / 1e6, zone, now, precision)}
                </td>
                {lines.map((line, at) => (
                  <td key={`${line.label} ${String(at)}`} className="num">
                    {quantity(line.values[point], unit)}
                  </td>
                ))}
              </tr>
            );
          })}
          {below > 0 ? <tr aria-hidden="true" style={{ height: below }} /> : null}
        </tbody>
      </table>
    </div>
  );
}
