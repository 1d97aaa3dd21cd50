// Beside the counts: throughput of the last ten minutes, what listens, the disk, the log, the engine.

import type {
  PipelinesAnswer,
  SignalName,
  StatusAnswer,
} from '../../../../src/api/contract/status.ts';
import { duration } from '../../../../src/base/format/duration.ts';
import {
  bytesBinary,
  count,
  joined,
  percentWhole,
  rate,
} from '../../../../src/base/format/number.ts';
import { ago, clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon } from '../../ui/icon.tsx';
import { minutes } from './flow.ts';
import { SIGNALS } from './pipelines-params.ts';
import { areaPath } from './area-path.ts';

export function StateColumn({ answer, status }: { answer: PipelinesAnswer; status: StatusAnswer }) {
  return (
    <div className="statecol">
      <section className="sec" aria-label="Throughput">
        <div className="bar">
          <h2>Throughput</h2>
          <span className="hint">last 10 min, 10 s apart</span>
        </div>
        {SIGNALS.map((signal) => (
          <ThroughputRow key={signal} signal={signal} answer={answer} status={status} />
        ))}
      </section>
      <Listening status={status} />
      <Disk status={status} />
      <Engine status={status} />
    </div>
  );
}

const WIDTH = 220;
const HEIGHT = 30;

function ThroughputRow({
  signal,
  answer,
  status,
}: {
  signal: SignalName;
  answer: PipelinesAnswer;
  status: StatusAnswer;
}) {
  const steps = answer.throughput[signal];
  const now = status.signals[signal].rate;
  const most = Math.max(now, ...steps);
  const words = `${signal}: now ${joined(rate(now))}, at most ${joined(rate(most))} in the last 10 minutes`;
  return (
    <div className="through">
      <span>{signal}</span>
      <svg
        viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={words}
      >
        <title>{words}</title>
        <path className="area" d={areaPath(steps, most, WIDTH, HEIGHT)} />
        <path className="base" d={`M0 ${String(HEIGHT - 0.5)}H${String(WIDTH)}`} />
      </svg>
      <span className="num">{joined(rate(now))}</span>
      <span className="num t3">max {joined(rate(most))}</span>
    </div>
  );
}

function Listening({ status }: { status: StatusAnswer }) {
  return (
    <section className="sec" aria-label="Listening">
      <div className="bar">
        <h2>Listening</h2>
      </div>
      {status.listeners.length === 0 ? <p className="err small">Nothing listens.</p> : null}
      <dl className="facts2">
        {status.listeners.map((listener) => (
          <div key={`${listener.name} ${String(listener.port)}`}>
            <dt className="mono">
              {listener.address}:{listener.port}
            </dt>
            <dd>
              {listener.name === 'http'
                ? 'UI and APIs'
                : listener.name === 'health'
                  ? 'health'
                  : 'OTLP'}{' '}
              <span className="t3">{listener.protocols.join(', ')}</span>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

/** Fuller than this the oldest data is about to go. */
const NEARLY_FULL = 0.9;

function Disk({ status }: { status: StatusAnswer }) {
  const { disk } = status;
  const [zone] = useZone();
  const now = useNow();
  const share = disk.limitBytes === 0 ? 0 : disk.usedBytes / disk.limitBytes;
  const oldest = disk.oldest === null ? null : nanosToMillis(disk.oldest);
  const parts = disk.parts.filter(({ bytes }) => bytes > 0).toSorted((a, b) => b.bytes - a.bytes);
  return (
    <section className="sec" aria-label="Disk">
      <div className="bar">
        <h2>Disk</h2>
        <span className="hint clip" title={status.dataDirectory}>
          {status.dataDirectory}
        </span>
      </div>
      <Fill
        share={share}
        bad={share > NEARLY_FULL}
        words={`${joined(bytesBinary(disk.usedBytes))} of ${joined(bytesBinary(disk.limitBytes))} used, ${percentWhole(share)}`}
      />
      <dl className="facts2">
        {parts.map(({ name, bytes }) => (
          <Fact key={name} name={name}>
            {joined(bytesBinary(bytes))}
          </Fact>
        ))}
        <Fact name="free on the disk">{joined(bytesBinary(disk.freeBytes))}</Fact>
        <Fact name="kept for">
          {duration(disk.retentionHours * 3.6e12)}
          {disk.retentionHours >= 48 ? ` (${count(disk.retentionHours / 24)} days)` : ''}
        </Fact>
        <Fact name="oldest">
          {oldest === null
            ? 'nothing stored yet'
            : `${clock(oldest, zone, now, 'minute')}, ${ago(oldest, now)}`}
        </Fact>
        <Removed status={status} />
      </dl>
    </section>
  );
}

function Removed({ status }: { status: StatusAnswer }) {
  const { age, size } = status.disk.removed;
  if (age.rows + size.rows === 0) return null;
  return (
    <Fact name="removed so far">
      {[
        age.rows > 0 ? `${count(age.rows)} rows by age` : '',
        size.rows > 0 ? `${count(size.rows)} rows for room` : '',
      ]
        .filter((text) => text !== '')
        .join(', ')}
    </Fact>
  );
}

function Engine({ status }: { status: StatusAnswer }) {
  const { engine, log, tracePass } = status;
  const share = log.limitBytes === 0 ? 0 : log.bytes / log.limitBytes;
  return (
    <section className="sec" aria-label="Log and engine">
      <div className="bar">
        <h2>Log and engine</h2>
      </div>
      <Fill
        share={share}
        bad={log.secondsUntilFull !== null}
        words={`log ${joined(bytesBinary(log.bytes))} of ${joined(bytesBinary(log.limitBytes))}${
          log.secondsUntilFull === null ? '' : `, full in ${minutes(log.secondsUntilFull)}`
        }`}
      />
      <dl className="facts2">
        <Fact name="engine">
          {engine.state === 'ready' ? (
            <>
              <Icon name="ok" className="inl okc" /> ready, {engine.text}
            </>
          ) : (
            <span className={engine.state === 'starting' ? 'wrn' : 'err'}>
              <Icon name="warn" className="inl" /> {engine.text}
            </span>
          )}
        </Fact>
        <Fact name="trace pass">
          {tracePass.lagMs < 1_000 ? 'up to date' : `${minutes(tracePass.lagMs / 1e3)} behind`},{' '}
          {count(tracePass.openTraces)} open
          {tracePass.sampledShare < 1 ? `, counts 1 of ${count(1 / tracePass.sampledShare)}` : ''}
        </Fact>
        <Fact name="version">{status.version}</Fact>
      </dl>
    </section>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);

function Fill({ share, bad, words }: { share: number; bad: boolean; words: string }) {
  return (
    <div className="fillrow">
      <span className={bad ? 'fillbar bad' : 'fillbar'} aria-hidden="true">
        <i style={{ width: `${String(Math.min(100, Math.max(0.5, share * 100)))}%` }} />
      </span>
      <span className={bad ? 'small wrn' : 'small t2'}>
        {bad ? <Icon name="warn" className="inl" /> : null} {words}
      </span>
    </div>
  );
}
