// Ways on from a span: its parent and slowest child, its log lines, traces with the same call or the same error.

import { Link } from 'wouter';
import type { SpanAnswer, TraceAnswer } from '../../../../../src/api/contract/traces.ts';
import { duration } from '../../../../../src/base/format/duration.ts';
import { count } from '../../../../../src/base/format/number.ts';
import { paths } from '../../../lib/url/paths.ts';
import { Icon } from '../../../ui/icon.tsx';
import { filterTerm } from '../../../ui/filter-term.ts';
import { labelOf } from '../waterfall/labels.ts';
import { childrenOf } from '../waterfall/tree.ts';
import type { Model } from '../waterfall/use-scene.ts';

export function SpanLinks({
  span,
  trace,
  model,
  at,
  logCount,
  onGo,
}: {
  span: SpanAnswer;
  trace: TraceAnswer;
  model: Model;
  at: number;
  logCount: number;
  onGo: (span: number) => void;
}) {
  const parent = trace.spans.parent[at] ?? -1;
  const slowest = childrenOf(model.tree, at).reduce(
    (best, child) =>
      (trace.spans.duration[child] ?? 0) > (trace.spans.duration[best] ?? -1) ? child : best,
    -1,
  );
  const errorType = span.attributes.find((attribute) => attribute.key === 'error.type')?.value;
  const errorTerm = errorType === undefined ? null : filterTerm('error.type', errorType, '=');
  const same = [
    filterTerm('service', { t: 's', v: span.service.name }, '='),
    filterTerm('name', { t: 's', v: span.name }, '='),
  ].join(' and ');
  return (
    <div className="rel">
      {parent < 0 ? null : (
        <Go
          label={`Called from ${labelOf(trace.spans, parent).name}`}
          onClick={() => onGo(parent)}
        />
      )}
      {slowest < 0 ? null : (
        <Go
          label={`Slowest call below: ${labelOf(trace.spans, slowest).name}, ${duration(trace.spans.duration[slowest] ?? 0)}`}
          onClick={() => onGo(slowest)}
        />
      )}
      {logCount === 0 ? null : (
        <Link href={paths.logsOfSpan(trace.traceId, span.spanId)}>
          <Icon name="right" /> {count(logCount)} {logCount === 1 ? 'log line' : 'log lines'} of
          this span
        </Link>
      )}
      {errorTerm === null ? null : (
        <Link href={paths.tracesWhere(errorTerm)}>
          <Icon name="right" /> Traces with this error
        </Link>
      )}
      <Link href={paths.tracesWhere(same)}>
        <Icon name="right" /> Traces with this operation
      </Link>
    </div>
  );
}

const Go = ({ label, onClick }: { label: string; onClick: () => void }) => (
  <button type="button" className="btn link" onClick={onClick}>
    <Icon name="right" /> <span className="clip">{label}</span>
  </button>
);
