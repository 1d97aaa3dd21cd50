// Before the first trace: what listens, how to send one, how far it came. The page becomes Home by itself when the
// first trace is complete: Home asks every second and a half, and the signs here follow the live status.

import type { StatusAnswer } from '../../../../src/api/contract/status.ts';
import { useStatus } from '../../lib/api/status.ts';
import { bytesBinary, count, joined } from '../../../../src/base/format/number.ts';
import { ago, nanosToMillis } from '../../lib/format/time.ts';
import { useNow } from '../../lib/use-now.ts';
import { CommandBox } from '../../ui/copy.tsx';
import { Icon } from '../../ui/icon.tsx';
import '../../ui/table.css';

interface Way {
  readonly title: string;
  readonly about: string;
  readonly code: string;
}

const waysFor = (http: string): readonly Way[] => [
  {
    title: 'See it work',
    about: 'the checkout demo with a slow payment provider; about 20 s',
    code: 'npx throughline --demo',
  },
  {
    title: 'Your Node service',
    about: 'no code change; traces, metrics and logs',
    code: 'npx throughline run -- node app.js',
  },
  {
    title: 'Any OpenTelemetry SDK',
    about: 'nothing else is needed',
    code: `export OTEL_EXPORTER_OTLP_ENDPOINT=http://${http}`,
  },
  { title: 'Only curl', about: 'one span of 250 ms', code: curl(http) },
  {
    title: 'A Collector file you already have',
    about: 'the same pipelines; name the store exporter in a pipeline to keep what passes',
    code: 'npx throughline --config otelcol.yaml',
  },
];

const curl = (http: string): string =>
  `curl -s http://${http}/v1/traces -H 'content-type: application/json' -d ` +
  `'{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"hello"}}]},` +
  `"scopeSpans":[{"spans":[{"traceId":"7a1d03c25be84f60917c22e4d05fb3a8","spanId":"42f7c0a91be6d358","name":"first",` +
  `"kind":2,"startTimeUnixNano":"'$(date +%s)000000000'","endTimeUnixNano":"'$(date +%s)250000000'"}]}]}]}'`;

export function FirstRun() {
  const { status } = useStatus();
  const http = status?.listeners.find((one) => one.name === 'otlp-http');
  const address = http === undefined ? '127.0.0.1:4318' : `${http.address}:${String(http.port)}`;
  return (
    <main id="main" className="fr">
      <h1>
        <b>{headline(status)}</b> Send one trace and this page becomes your services.
      </h1>
      <Since status={status} />
      <Steps status={status} />
      <div className="cols">
        <section aria-label="Send the first trace">
          <h2>Send the first trace</h2>
          <ol className="cmds">
            {waysFor(address).map((way) => (
              <li key={way.title}>
                <div className="ct">
                  <b>{way.title}</b>
                  <span className="t3">{way.about}</span>
                </div>
                <CommandBox code={way.code} label={way.title} />
              </li>
            ))}
          </ol>
        </section>
        <div>
          <Listening status={status} />
          <section className="sec" aria-label="If nothing arrives">
            <div className="bar">
              <h2>Sent something and still nothing?</h2>
            </div>
            <dl className="faq">
              <dt>In a container</dt>
              <dd>
                127.0.0.1 is the container itself; use host.docker.internal or the service name.
              </dd>
              <dt>Short programs</dt>
              <dd>
                They may end before the SDK sends. Call shutdown, or use{' '}
                <code>throughline run</code>.
              </dd>
              <dt>Another protocol</dt>
              <dd>
                Both ports take gRPC and HTTP; a path or type that does not fit is answered by name.
              </dd>
            </dl>
          </section>
        </div>
      </div>
    </main>
  );
}

function headline(status: StatusAnswer | null): string {
  if (status === null) return 'Connecting.';
  const { traces, logs, metrics } = status.signals;
  if (traces.received > 0) return 'Spans have arrived.';
  if (logs.received > 0 || metrics.received > 0) return 'Logs or metrics arrive, no traces yet.';
  return 'Listening. Nothing has arrived yet.';
}

function Since({ status }: { status: StatusAnswer | null }) {
  const now = useNow(1000);
  if (status === null) return <p className="sub">&nbsp;</p>;
  const { disk } = status;
  return (
    <p className="sub">
      Started {ago(nanosToMillis(status.startedAt), now)}, data in {status.dataDirectory},{' '}
      {joined(bytesBinary(disk.usedBytes))} of {joined(bytesBinary(disk.limitBytes))} used.
    </p>
  );
}

function Steps({ status }: { status: StatusAnswer | null }) {
  const traces = status?.signals.traces;
  const any =
    status === null
      ? 0
      : Object.values(status.signals).reduce((sum, signal) => sum + signal.received, 0);
  const steps = [
    { label: 'packet received', done: any > 0 },
    { label: 'span stored', done: (traces?.stored ?? 0) > 0 },
    { label: 'first trace complete', done: false },
  ];
  return (
    <ol className="steps" aria-label="Progress">
      {steps.map((step) => (
        <li key={step.label}>
          {step.done ? <Icon name="ok" className="okc" label="done" /> : <i className="live off" />}{' '}
          {step.label}
        </li>
      ))}
      <li className="t3">then this page changes by itself</li>
    </ol>
  );
}

const WORDS: Readonly<Record<string, readonly [name: string, rest: string]>> = {
  'otlp-grpc': ['OTLP', 'gRPC, also HTTP'],
  'otlp-http': ['OTLP', 'HTTP, also gRPC'],
  http: ['This page', 'and query APIs'],
  health: ['Health', '/livez and /readyz'],
};

function Listening({ status }: { status: StatusAnswer | null }) {
  const open =
    status?.listeners.some((one) => !/^(127\.|\[?::1|localhost)/u.test(one.address)) === true;
  const received =
    status === null
      ? 0
      : Object.values(status.signals).reduce((sum, signal) => sum + signal.received, 0);
  return (
    <section aria-label="Receivers">
      <h2>What it listens on</h2>
      <table className="tbl lst">
        <thead>
          <tr>
            <th>Protocol</th>
            <th>Address</th>
            <th className="num">Received</th>
          </tr>
        </thead>
        <tbody>
          {(status?.listeners ?? []).map((one) => (
            <tr key={one.name}>
              <td>
                {WORDS[one.name]?.[0] ?? one.name}{' '}
                <span className="t3">{WORDS[one.name]?.[1] ?? ''}</span>
              </td>
              <td className="mono">
                {one.address}:{String(one.port)}
              </td>
              <td className="num">
                {one.name.startsWith('otlp') ? (
                  <span className="wait">
                    <i className={received > 0 ? 'live' : 'live off'} />
                    {received > 0 ? count(received) : 'nothing'}
                  </span>
                ) : (
                  <span className="t3">–</span>
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <p className="t3 small">
        {open ? (
          'Other machines can connect; the page and the query APIs ask them for a token.'
        ) : (
          <>
            Only this machine can connect. Use <code>--host 0.0.0.0</code> for others; a token is
            then required.
          </>
        )}{' '}
        Jaeger, Zipkin, Loki and Prometheus receivers come with a Collector file.
      </p>
    </section>
  );
}
