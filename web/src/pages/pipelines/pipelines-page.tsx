// Is everything taken in and kept; if not, what is lost, why, and what to do. Live.

import { useMemo } from 'react';
import type { PipelinesAnswer, StatusAnswer } from '../../../../src/api/contract/status.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { useParam } from '../../lib/url/params.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { useTitle } from '../../lib/use-title.ts';
import { Sentence } from '../../ui/sentence.tsx';
import { Failed, NoteLine, Skeleton } from '../../ui/states.tsx';
import { Accounting } from './accounting.tsx';
import { Findings } from './findings.tsx';
import { FlowGraph } from './flow-graph.tsx';
import { GraphBox } from './graph-box.tsx';
import { flowOf } from './flow.ts';
import { PIPELINE } from './pipelines-params.ts';
import { SignalSwitch } from './signal-switch.tsx';
import { Senders } from './senders.tsx';
import { StateColumn } from './state-column.tsx';
import { usePipelines, type Pipelines } from './use-pipelines.ts';
import './pipelines.css';

export function PipelinesPage() {
  useTitle('Pipelines');
  const pipelines = usePipelines();
  const { answer, status, failure } = pipelines;
  return (
    <main id="main" className="page pipelines" aria-busy={answer === null && failure === null}>
      <h1 className="vh">Pipelines</h1>
      {answer === null || status === null ? (
        failure === null ? (
          <Skeleton rows={12} />
        ) : (
          <Failed failure={failure} retry={pipelines.retry} />
        )
      ) : (
        <Shown answer={answer} status={status} pipelines={pipelines} />
      )}
    </main>
  );
}

function Shown({
  answer,
  status,
  pipelines,
}: {
  answer: PipelinesAnswer;
  status: StatusAnswer;
  pipelines: Pipelines;
}) {
  const [signal] = useParam(PIPELINE);
  const [zone] = useZone();
  const now = useNow();
  const { readings } = pipelines;
  const started = nanosToMillis(status.startedAt);
  const since = clock(started, zone, now, 'minute');
  const urgent = answer.findings.some((finding) => finding.severity !== 'info');
  const findings = <Findings findings={answer.findings} />;
  const flow = useMemo(
    () => flowOf(answer, status, signal, readings),
    [answer, status, signal, readings],
  );
  return (
    <>
      {pipelines.connected && pipelines.failure === null ? null : (
        <NoteLine kind="error">
          The server does not answer; below is what it said last. What was acknowledged is kept.
        </NoteLine>
      )}
      <Sentence lead={answer.sentence.lead} rest={answer.sentence.rest} />
      <p className="t2 small">{secondLine(status, since)}</p>
      {answer.graph === undefined ? (
        <div className="flowbox">
          <div className="bar">
            <SignalSwitch />
          </div>
          <FlowGraph
            flow={flow}
            label={`Pipeline of ${signal}; the table below has the same numbers`}
          />
        </div>
      ) : (
        <GraphBox graph={answer.graph} status={status} signal={signal} />
      )}
      {urgent ? findings : null}
      <div className="below">
        <div>
          <Accounting components={answer.components} signal={signal} since={since} />
          <Senders peers={answer.peers} readings={readings} />
          {urgent ? null : findings}
        </div>
        <StateColumn answer={answer} status={status} />
      </div>
    </>
  );
}

function secondLine(status: StatusAnswer, since: string): string {
  if (status.engine.state !== 'ready') return status.engine.text;
  const { repeated, late } = Object.values(status.signals).reduce(
    (sum, one) => ({ repeated: sum.repeated + one.repeated, late: sum.late + one.late }),
    { repeated: 0, late: 0 },
  );
  const notes = [
    ...(repeated > 0 ? ['what was sent twice is stored once'] : []),
    ...(late > 0 ? ['what came late is stored and marked'] : []),
  ];
  return `Counted since the start at ${since}.${notes.length === 0 ? '' : ` As always, ${notes.join('; ')}.`}`;
}
