// Everything about one span: who called whom, three facts, its place among its peers, attributes, log lines, events,
// resource. Stands beside the work; under 1180 px it lies over the page and Esc closes it.

import { useEffect } from 'react';
import type { LogRow } from '../../../../../src/api/contract/logs.ts';
import type { SpanAnswer, TraceAnswer } from '../../../../../src/api/contract/traces.ts';
import { apiUrl } from '../../../lib/api/client.ts';
import { useApi } from '../../../lib/api/use-api.ts';
import { duration } from '../../../../../src/base/format/duration.ts';
import { count, joined, percent } from '../../../../../src/base/format/number.ts';
import { useKeys } from '../../../lib/keyboard.ts';
import { useSettled } from '../../../lib/use-settled.ts';
import { Icon } from '../../../ui/icon.tsx';
import { Chip } from '../../../ui/service.tsx';
import { Busy, Failed } from '../../../ui/states.tsx';
import { attemptsOf } from '../attempts.ts';
import type { TraceState } from '../use-trace-state.ts';
import { calls, labelOf, peerOf, serviceOfSpan } from '../waterfall/labels.ts';
import type { Model } from '../waterfall/use-scene.ts';
import { AttributesTab, EventsTab, LogsTab, ResourceTab } from './panel-tabs.tsx';
import { PeerStrip } from './peer-strip.tsx';
import { SpanLinks } from './span-links.tsx';
import './panel.css';

/** Who steps through rows does not ask for each on the way. */
const REST_MS = 120;

const KINDS = ['', 'internal', 'server', 'client', 'producer', 'consumer'];

export function DetailPanel({
  trace,
  state,
  model,
  lines,
  overlay,
  onGo,
}: {
  trace: TraceAnswer;
  state: TraceState;
  model: Model;
  lines: readonly LogRow[];
  overlay: boolean;
  onGo: (span: number) => void;
}) {
  const at = state.selected;
  const spanId = trace.spans.spanId[at] ?? '';
  const asked = useSettled(spanId, REST_MS);
  const detail = useApi<SpanAnswer>(
    asked === '' ? null : apiUrl(`/trace/${encodeURIComponent(trace.traceId)}/span/${asked}`),
  );
  // Only the answer of this span: the one before stays on screen while the next loads, but never under a wrong title.
  const shown = detail.data?.spanId === spanId ? detail.data : null;
  const close = (): void => state.setPanel('off');
  useKeys({ Escape: close });
  useEffect(() => {
    if (!overlay) return;
    document.getElementById('panel-title')?.scrollIntoView({ block: 'nearest' });
  }, [overlay, spanId]);
  const mine = lines.filter((line) => line.spanId === spanId);
  return (
    <aside className={overlay ? 'panel overlay' : 'panel'} aria-label="Span detail">
      <Busy query={detail} what="the span" />
      <div className="ph">
        <Title trace={trace} at={at} onClose={close} />
        <Facts trace={trace} model={model} at={at} />
        {shown === null ? null : <PeerStrip span={shown} nanos={trace.spans.duration[at] ?? 0} />}
        <PanelTabs state={state} span={shown} logCount={mine.length} />
      </div>
      <div className="pb" role="tabpanel" aria-label={state.panel} tabIndex={0}>
        {detail.failure === null ? null : <Failed failure={detail.failure} retry={detail.retry} />}
        {shown === null ? null : <TabBody tab={state.panel} span={shown} lines={mine} />}
        {shown === null ? null : (
          <SpanLinks
            span={shown}
            trace={trace}
            model={model}
            at={at}
            logCount={mine.length}
            onGo={onGo}
          />
        )}
      </div>
    </aside>
  );
}

function Title({ trace, at, onClose }: { trace: TraceAnswer; at: number; onClose: () => void }) {
  const { spans } = trace;
  const { who, name } = labelOf(spans, at);
  const service = serviceOfSpan(spans, at);
  const peer = peerOf(spans, at);
  const kind = KINDS[spans.kind[at] ?? 0] ?? '';
  const attempt = attemptsOf(trace.parts).get(at);
  return (
    <>
      <div className="bar title">
        <h2 className="grow" id="panel-title">
          <Chip service={who} /> <span>{name}</span>
        </h2>
        <button
          type="button"
          className="btn quiet tight"
          aria-label="Close the panel"
          onClick={onClose}
        >
          <Icon name="close" />
        </button>
      </div>
      <div className="t2 small">
        {peer !== null && calls(spans, at) ? `${service.name} → ${peer.name}` : service.name}
        {kind === '' ? '' : <span className="t3">, {kind}</span>}
        {attempt === undefined ? '' : `, attempt ${String(attempt)}`}
      </div>
    </>
  );
}

function Facts({ trace, model, at }: { trace: TraceAnswer; model: Model; at: number }) {
  const onPath = model.tree.subtreePath[at] ?? 0;
  return (
    <dl className="facts">
      <div>
        <dt>Total</dt>
        <dd>{duration(trace.spans.duration[at] ?? 0)}</dd>
      </div>
      <div>
        <dt>On the path</dt>
        <dd>{onPath === 0 ? '–' : duration(onPath)}</dd>
      </div>
      <div>
        <dt>Share</dt>
        <dd>{onPath === 0 ? '–' : joined(percent(onPath / Math.max(1, trace.duration)))}</dd>
      </div>
      <div>
        <dt>Starts at</dt>
        <dd>{duration(trace.spans.start[at] ?? 0)}</dd>
      </div>
    </dl>
  );
}

function PanelTabs({
  state,
  span,
  logCount,
}: {
  state: TraceState;
  span: SpanAnswer | null;
  logCount: number;
}) {
  const tabs = [
    { name: 'attributes', label: 'Attributes', n: span?.attributes.length ?? null },
    { name: 'logs', label: 'Logs', n: logCount },
    { name: 'events', label: 'Events', n: span?.events.length ?? null },
    { name: 'resource', label: 'Resource', n: null },
  ] as const;
  return (
    <div className="tabs" role="tablist" aria-label="Detail">
      {tabs.map((tab) => (
        <button
          key={tab.name}
          type="button"
          role="tab"
          aria-selected={state.panel === tab.name}
          onClick={() => state.setPanel(tab.name)}
        >
          {tab.label}
          {tab.n === null ? null : <span className="n">{count(tab.n)}</span>}
        </button>
      ))}
    </div>
  );
}

function TabBody({
  tab,
  span,
  lines,
}: {
  tab: TraceState['panel'];
  span: SpanAnswer;
  lines: readonly LogRow[];
}) {
  switch (tab) {
    case 'attributes':
      return <AttributesTab span={span} />;
    case 'logs':
      return <LogsTab lines={lines} span={span} />;
    case 'events':
      return <EventsTab span={span} />;
    case 'resource':
      return <ResourceTab span={span} />;
    case 'off':
      return null;
    default:
      return tab satisfies never;
  }
}
