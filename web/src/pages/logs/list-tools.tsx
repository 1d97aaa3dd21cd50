// Above the lines: what is shown of what, the live tail, levels, wrapping.

import type { Level } from '../../../../src/api/contract/logs.ts';
import { count, joined, rate } from '../../../../src/base/format/number.ts';
import { change, useParam, useSetParams } from '../../lib/url/params.ts';
import { LevelWord } from '../../ui/level.tsx';
import type { Tail } from './use-tail.ts';
import { tailRate } from './tail-state.ts';
import { LEVELS, LIVE, WRAP } from './logs-params.ts';
import { LEVELS_SHOWN } from './volume.ts';

export function ListTools({
  live,
  tail,
  shown,
  total,
  estimated,
  totals,
  nowMs,
}: {
  live: boolean;
  tail: Tail;
  shown: number;
  total: number;
  estimated: boolean;
  totals: ReadonlyMap<Level, number>;
  nowMs: number;
}) {
  const [wrap, setWrap] = useParam(WRAP);
  return (
    <div className="bar tools">
      {live ? (
        <LiveWords tail={tail} nowMs={nowMs} />
      ) : (
        <span className="t2 small">
          {shown < total
            ? `Newest ${count(shown)} of ${count(total, estimated)}; more as you scroll`
            : `${count(total, estimated)} ${total === 1 ? 'line' : 'lines'}, newest first`}
        </span>
      )}
      <span className="grow" />
      {live ? <span className="t3 small only-wide">scrolling down holds the tail</span> : null}
      <LevelFilter totals={totals} />
      <button
        type="button"
        className="btn small"
        aria-pressed={wrap}
        onClick={() => setWrap(!wrap, 'replace')}
      >
        Wrap
      </button>
    </div>
  );
}

const CONNECTION: Readonly<Record<Tail['connection'], string>> = {
  open: 'Live',
  connecting: 'Connecting',
  lost: 'No answer from the server; it is tried again',
  paused: 'Paused while the tab is hidden',
};

function LiveWords({ tail, nowMs }: { tail: Tail; nowMs: number }) {
  const [, setLive] = useParam(LIVE);
  const { perSecond, oneOf } = tailRate(tail.state, nowMs);
  return (
    <span className="t2 small livewords">
      <i className={tail.connection === 'open' ? 'livedot' : 'livedot off'} />
      {CONNECTION[tail.connection]}
      {tail.connection === 'open' ? `, ${joined(rate(perSecond)).replace('/', ' lines/')}.` : ''}
      {oneOf > 1 ? (
        <>
          {' '}
          Showing 1 of {count(oneOf)};{' '}
          <button type="button" className="btn link small" onClick={() => setLive(false)}>
            show all
          </button>
        </>
      ) : null}
    </span>
  );
}

/** A level is offered when there are lines of it, or when it is chosen. */
function LevelFilter({ totals }: { totals: ReadonlyMap<Level, number> }) {
  const [chosen] = useParam(LEVELS);
  const set = useSetParams();
  const offered = LEVELS_SHOWN.filter(
    (level) => (totals.get(level) ?? 0) > 0 || chosen.includes(level),
  );
  if (offered.length < 2 && chosen.length === 0) return null;
  const toggle = (level: Level): void => {
    const next = chosen.includes(level)
      ? chosen.filter((one) => one !== level)
      : [...chosen, level];
    set([change(LEVELS, next.length === offered.length ? [] : next)]);
  };
  return (
    <div className="seg levels" role="group" aria-label="Levels">
      {offered.map((level) => (
        <button
          key={level}
          type="button"
          aria-pressed={chosen.includes(level)}
          title={`${count(totals.get(level) ?? 0)} lines`}
          onClick={() => toggle(level)}
        >
          <LevelWord level={level} />
          <span className="vh">{level === 'unknown' ? 'without level' : ''}</span>
        </button>
      ))}
    </div>
  );
}
