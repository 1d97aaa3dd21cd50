// The heat map's numbers as a table: one row for each duration step that has traces, longest first.

import type { HeatmapAnswer } from '../../../../src/api/contract/traces.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import { count } from '../../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { areaOf } from './heat-geometry.ts';

interface Line {
  readonly row: number;
  count: number;
  errors: number;
  first: number;
  last: number;
}

function linesOf(answer: HeatmapAnswer): Line[] {
  const lines = new Map<number, Line>();
  for (const [column, row, n, errors] of answer.cells) {
    const line = lines.get(row) ?? { row, count: 0, errors: 0, first: column, last: column };
    line.count += n;
    line.errors += errors;
    line.first = Math.min(line.first, column);
    line.last = Math.max(line.last, column);
    lines.set(row, line);
  }
  return [...lines.values()].toSorted((a, b) => b.row - a.row);
}

export function HeatTable({
  answer,
  from,
  onArea,
}: {
  answer: HeatmapAnswer;
  from: string;
  onArea: (area: string) => void;
}) {
  const [zone] = useZone();
  const start = nanosToMillis(from);
  const timeOf = (column: number): string =>
    clock(start + (column * answer.stepNanos) / 1e6, zone, start, 'second');
  return (
    <div className="scroll heattable">
      <table className="tbl">
        <thead>
          <tr>
            <th>Duration</th>
            <th className="num">Traces</th>
            <th className="num">With errors</th>
            <th>First</th>
            <th>Last</th>
            <th>
              <span className="vh">Select</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {linesOf(answer).map((line) => (
            <tr key={line.row}>
              <td className="mono">
                {duration(answer.rowEdges[line.row] ?? 0)} –{' '}
                {duration(answer.rowEdges[line.row + 1] ?? 0)}
              </td>
              <td className="num">{count(line.count)}</td>
              <td className={line.errors > 0 ? 'num err' : 'num t3'}>{count(line.errors)}</td>
              <td className="mono">{timeOf(line.first)}</td>
              <td className="mono">{timeOf(line.last + 1)}</td>
              <td>
                <button
                  type="button"
                  className="btn link"
                  onClick={() =>
                    onArea(
                      areaOf(answer, from, {
                        from: { column: line.first, row: line.row },
                        to: { column: line.last, row: line.row },
                      }),
                    )
                  }
                >
                  Show these
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
