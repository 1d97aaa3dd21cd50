// The volume's numbers as a table; each row leads to its stretch of time.

import { count } from '../../../../src/base/format/number.ts';
import { clock } from '../../lib/format/time.ts';
import { useNow } from '../../lib/use-now.ts';
import type { VolumeTime } from './volume-words.ts';
import type { Volume } from './volume.ts';
import '../../ui/table.css';

export function VolumeTable({
  volume,
  time,
  onRange,
}: {
  volume: Volume;
  time: VolumeTime;
  onRange: (fromMs: number, toMs: number) => void;
}) {
  const now = useNow();
  const precision = time.stepMs < 60_000 ? 'second' : 'minute';
  const filled = volume.lines.flatMap((lines, at) => (lines === 0 ? [] : [at])).toReversed();
  return (
    <div className="scroll voltable" tabIndex={0} role="region" aria-label="Lines over time">
      <table className="tbl">
        <thead>
          <tr>
            <th>From</th>
            <th className="num">Lines</th>
            <th className="num">Warnings</th>
            <th className="num">Errors</th>
            <th>
              <span className="vh">Show</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {filled.map((at) => {
            const ms = time.fromMs + at * time.stepMs;
            const errors = volume.errors[at] ?? 0;
            return (
              <tr key={at}>
                <td className="mono">{clock(ms, time.zone, now, precision)}</td>
                <td className="num">{count(volume.lines[at] ?? 0)}</td>
                <td className="num">{count(volume.warnings[at] ?? 0)}</td>
                <td className={errors > 0 ? 'num err' : 'num t3'}>{count(errors)}</td>
                <td>
                  <button
                    type="button"
                    className="btn link"
                    onClick={() => onRange(ms, ms + time.stepMs)}
                  >
                    Show these
                  </button>
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
