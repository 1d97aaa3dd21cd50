// Where the time went, as rows that sum to the total. Pointing at a row dims the rest of ribbon and waterfall; Enter or
// a click shows its rows alone.

import { memo } from 'react';
import type { TraceAnswer } from '../../../../src/api/contract/traces.ts';
import { count } from '../../../../src/base/format/number.ts';
import { Emphasised } from '../../ui/sentence.tsx';
import { partHue } from '../../ui/split-bar.tsx';

export const PartsTable = memo(function PartsTable({
  trace,
  chosen,
  onPoint,
  onChoose,
}: {
  trace: TraceAnswer;
  chosen: number;
  onPoint: (part: number) => void;
  onChoose: (part: number) => void;
}) {
  const total = trace.parts.reduce((sum, part) => sum + part.shownMs, 0);
  // Under ten milliseconds whole ones would say little; the server's rounding to 1 ms then has decimals of its own.
  const decimals = trace.parts.some((part) => !Number.isInteger(part.shownMs)) ? 2 : 0;
  const ms = (value: number): string => (decimals === 0 ? count(value) : value.toFixed(decimals));
  const shares = trace.parts.reduce((sum, part) => sum + part.sharePercent, 0);
  return (
    <table className="parts" aria-label={`Where ${ms(total)} ms went`}>
      <thead>
        <tr>
          <th>
            <span className="vh">Kind</span>
          </th>
          <th>On the critical path</th>
          <th className="num">ms</th>
          <th className="num">share %</th>
        </tr>
      </thead>
      <tbody>
        {trace.parts.map((part, at) => (
          <tr
            key={part.label}
            tabIndex={0}
            aria-selected={at === chosen}
            onMouseEnter={() => onPoint(at)}
            onMouseLeave={() => onPoint(-1)}
            onFocus={() => onPoint(at)}
            onBlur={() => onPoint(-1)}
            onClick={() => onChoose(at === chosen ? -1 : at)}
            onKeyDown={(event) => {
              if (event.key === 'Enter') onChoose(at === chosen ? -1 : at);
            }}
          >
            <td>
              <span className={`swatch k k-${part.kind} ${partHue({ ...part })}`} />
            </td>
            <td className="what" title={part.label}>
              <Emphasised text={part.label} emphasis={part.emphasis} />
            </td>
            <td className="num">{ms(part.shownMs)}</td>
            <td className="num share">{part.sharePercent.toFixed(1)}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td />
          <td>{trace.arriving ? 'Total so far' : 'Total, as the user waited'}</td>
          <td className="num">{ms(total)}</td>
          <td className="num">{shares.toFixed(1)}</td>
        </tr>
      </tfoot>
    </table>
  );
});
