// The list of what is wrong in the running graph; a component's name leads to its box.

import type { PipelineGraph } from '../../../../src/api/contract/status.ts';
import { count } from '../../../../src/base/format/number.ts';
import { ago, clock, nanosToMillis } from '../../lib/format/time.ts';
import { change, useSetParams } from '../../lib/url/params.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon } from '../../ui/icon.tsx';
import { NODE, PIPELINE } from './pipelines-params.ts';
import { type Trouble, troublesOf } from './trouble.ts';

export function Troubles({ graph }: { graph: PipelineGraph }) {
  const troubles = troublesOf(graph);
  if (troubles.length === 0) return null;
  return (
    <section className="sec" aria-label="What is wrong">
      <div className="bar">
        <h2>What is wrong</h2>
        <span className="hint">each with what it means and what to do</span>
      </div>
      <ul className="findings">
        {troubles.map((trouble) => (
          <TroubleRow key={trouble.key} trouble={trouble} />
        ))}
      </ul>
    </section>
  );
}

function TroubleRow({ trouble }: { trouble: Trouble }) {
  const { severity, title, text, fix, lines, at, signal, node } = trouble;
  const [zone] = useZone();
  const now = useNow(10_000);
  const setParams = useSetParams();
  const tone = severity === 'error' ? 'err' : 'wrn';
  const last = at === null ? null : nanosToMillis(at);
  return (
    <li>
      <Icon name={severity} className={tone} label={severity} />
      <div>
        <p>
          {node === null || signal === null ? (
            <b className={tone}>{title}</b>
          ) : (
            <button
              type="button"
              className="btn link"
              onClick={() => setParams([change(PIPELINE, signal), change(NODE, node)])}
            >
              <b className={tone}>{title}</b>
            </button>
          )}{' '}
          {signal === null ? null : <span className="t3">{signal}</span>} {text}
        </p>
        {lines.length === 0 ? null : <pre className="wronglines">{lines.join('\n')}</pre>}
        <p className="t2">{fix}</p>
      </div>
      <span className="t3 small when">
        {trouble.count > 1 ? `${count(trouble.count)} times, ` : ''}
        {last === null ? '' : `${clock(last, zone, now, 'minute')}, ${ago(last, now)}`}
      </span>
    </li>
  );
}
