// The lines in words and numbers: swatch with hue and dash, last (or the value under the pointer), least, most,
// exemplars. A line is hidden by its name's button.

import { useState } from 'react';
import { Link } from 'wouter';
import type { MetricQueryAnswer } from '../../../../src/api/contract/metrics.ts';
import { count } from '../../../../src/base/format/number.ts';
import { quantity, quantityParts, type Unit } from '../../lib/format/quantity.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { dashText, type Line } from './lines.ts';
import '../../ui/table.css';
import './legend-table.css';

export interface LegendProps {
  readonly answer: MetricQueryAnswer;
  readonly lines: readonly Line[];
  readonly unit: Unit;
  readonly hidden: ReadonlySet<string>;
  /** Step under the pointer. */
  readonly cursor: number | null;
  readonly onToggle: (label: string) => void;
}

export function LegendTable(props: LegendProps) {
  const { answer, lines, cursor } = props;
  const [open, setOpen] = useState<number | null>(null);
  const [zone] = useZone();
  const keys = answer.series[0]?.labels.map(({ key }) => key).join(', ') ?? '';
  const at =
    cursor === null ? null : nanosToMillis(answer.from) + (cursor * answer.stepNanos) / 1e6;
  const withExemplars = answer.exemplars.length > 0;
  return (
    <div className="scroll">
      <table className="tbl legend">
        <thead>
          <tr>
            <th>Series{keys === '' ? '' : `, ${keys}`}</th>
            <th className="num val">
              {at === null
                ? 'Last'
                : clock(at, zone, at, answer.stepNanos < 60e9 ? 'second' : 'minute')}
            </th>
            <th className="num val">Min</th>
            <th className="num val">Max</th>
            {withExemplars ? <th className="num val">Exemplars</th> : null}
          </tr>
        </thead>
        {lines.map((line, index) => (
          <LegendRow
            // Lines come in the answer's order; two may have one label when keys repeat.
            key={`${line.label} ${String(index)}`}
            {...props}
            line={line}
            index={index}
            withExemplars={withExemplars}
            open={open === index}
            onOpen={() => setOpen(open === index ? null : index)}
          />
        ))}
      </table>
    </div>
  );
}

function LegendRow({
  answer,
  unit,
  hidden,
  cursor,
  onToggle,
  line,
  index,
  withExemplars,
  open,
  onOpen,
}: LegendProps & {
  line: Line;
  index: number;
  withExemplars: boolean;
  open: boolean;
  onOpen: () => void;
}) {
  const off = hidden.has(line.label);
  return (
    <tbody className={off ? 'offline' : ''}>
      <tr>
        <td>
          <button
            type="button"
            className="lname"
            aria-pressed={!off}
            title={off ? 'Draw this line' : 'Hide this line'}
            onClick={() => onToggle(line.label)}
          >
            <Swatch line={line} />
            <span className="mono">{line.label}</span>
          </button>
        </td>
        <td className="num">
          <b>
            <Value
              value={cursor === null ? line.last : (line.values[cursor] ?? null)}
              unit={unit}
            />
          </b>
        </td>
        <td className="num t2">
          <Value value={line.min} unit={unit} />
        </td>
        <td className="num t2">
          <Value value={line.max} unit={unit} />
        </td>
        {withExemplars ? (
          <td className="num">
            {line.exemplars === 0 ? (
              <span className="t3">0</span>
            ) : (
              <button
                type="button"
                className="btn link"
                aria-expanded={open}
                aria-label={`${count(line.exemplars)} exemplars of ${line.label}`}
                onClick={onOpen}
              >
                {count(line.exemplars)}
              </button>
            )}
          </td>
        ) : null}
      </tr>
      {open ? (
        <tr>
          <td colSpan={5}>
            <Exemplars answer={answer} series={index} unit={unit} />
          </td>
        </tr>
      ) : null}
    </tbody>
  );
}

function Swatch({ line }: { line: Line }) {
  return (
    <svg className={`ln s${String(line.hue)}`} viewBox="0 0 22 4" aria-hidden="true">
      <path d="M0 2h22" strokeDasharray={dashText(line.dash)} />
    </svg>
  );
}

function Value({ value, unit }: { value: number | null; unit: Unit }) {
  const { value: digits, unit: name } = quantityParts(value, unit);
  return (
    <>
      {digits}
      {name === '' ? null : <span className="unit">{name}</span>}
    </>
  );
}

/** The way to the traces without a pointer. */
function Exemplars({
  answer,
  series,
  unit,
}: {
  answer: MetricQueryAnswer;
  series: number;
  unit: Unit;
}) {
  const [zone] = useZone();
  const now = useNow();
  const own = answer.exemplars
    .filter((exemplar) => exemplar.series === series)
    .toSorted((a, b) => b.value - a.value);
  return (
    <ul className="exlist">
      {own.map((exemplar) => (
        <li key={`${exemplar.time} ${exemplar.spanId}`}>
          <Link href={paths.traceAt(exemplar.traceId, exemplar.spanId)}>
            <span className="mono">{quantity(exemplar.value, unit)}</span>{' '}
            <span className="t3 mono">
              {clock(nanosToMillis(exemplar.time), zone, now, 'second')}
            </span>
          </Link>
        </li>
      ))}
    </ul>
  );
}
