// What went wrong, who did it, and what to do: one row each, the worst first.

import type { Finding } from '../../../../src/api/contract/status.ts';
import { count } from '../../../../src/base/format/number.ts';
import { ago, clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon, type IconName } from '../../ui/icon.tsx';

const LOOKS: Readonly<Record<Finding['severity'], readonly [icon: IconName, tone: string]>> = {
  error: ['error', 'err'],
  warn: ['warn', 'wrn'],
  info: ['info', 't3'],
};
const ORDER: Readonly<Record<Finding['severity'], number>> = { error: 0, warn: 1, info: 2 };

export const sortedFindings = (findings: readonly Finding[]): readonly Finding[] =>
  findings.toSorted((a, b) => ORDER[a.severity] - ORDER[b.severity] || b.count - a.count);

export function Findings({ findings }: { findings: readonly Finding[] }) {
  return (
    <section className="sec" aria-label="Findings">
      <div className="bar">
        <h2>Findings</h2>
        <span className="hint">
          {findings.length === 0
            ? 'nothing was refused, and no sender makes a mistake that is known'
            : 'mistakes of senders and shortages, each with what to do'}
        </span>
      </div>
      {findings.length === 0 ? null : (
        <ul className="findings">
          {sortedFindings(findings).map((finding) => (
            <FindingRow key={`${finding.code} ${finding.peer} ${finding.text}`} finding={finding} />
          ))}
        </ul>
      )}
    </section>
  );
}

function FindingRow({ finding }: { finding: Finding }) {
  const [zone] = useZone();
  const now = useNow(10_000);
  const [icon, tone] = LOOKS[finding.severity];
  const last = nanosToMillis(finding.lastAt);
  return (
    <li>
      <Icon name={icon} className={tone} label={finding.severity} />
      <div>
        <p>
          <b className={tone === 't3' ? '' : tone}>{finding.text}</b>
          {finding.peer === '' ? null : <span className="t2"> from {finding.peer}</span>}
        </p>
        <p className="t2">{finding.fix}</p>
      </div>
      <span className="t3 small when">
        {finding.count > 1 ? `${count(finding.count)} times, ` : ''}
        {finding.count > 1
          ? `${clock(nanosToMillis(finding.firstAt), zone, now, 'minute')} – ${clock(last, zone, now, 'minute')}`
          : clock(last, zone, now, 'minute')}
        , {ago(last, now)} <span className="mono">{finding.code}</span>
      </span>
    </li>
  );
}
