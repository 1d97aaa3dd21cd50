// What the chosen metric is, and by which attributes its series can be told apart: a click groups by one.

import type { MetricAttributesAnswer, MetricInfo } from '../../../../src/api/contract/metrics.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { count } from '../../../../src/base/format/number.ts';
import { Icon } from '../../ui/icon.tsx';
import { Busy, Failed } from '../../ui/states.tsx';
import { SERVICE_KEY } from './metric-query.ts';

type Key = MetricAttributesAnswer['rows'][number];

/** Those of the points first, then the service, then the rest; keys with one value tell nothing apart and come last. */
const rankOf = ({ place, key, distinct }: Key): number =>
  (distinct > 1 ? 0 : 3) + (place === 'point' ? 0 : key === SERVICE_KEY ? 1 : 2);

const byUse = (a: Key, b: Key): number => rankOf(a) - rankOf(b) || a.distinct - b.distinct;

export function MetricDetail({
  metric,
  range,
  keys,
  onKeys,
}: {
  metric: MetricInfo;
  range: { readonly from: string; readonly to: string };
  keys: readonly string[];
  onKeys: (keys: readonly string[]) => void;
}) {
  const attributes = useApi<MetricAttributesAnswer>(
    apiUrl('/metrics/attributes', { ...range, name: metric.name }),
  );
  const rows = attributes.data?.rows ?? [];
  const toggle = (key: string): void =>
    onKeys(keys.includes(key) ? keys.filter((one) => one !== key) : [...keys, key]);
  return (
    <div className="mdet">
      <p className="t2">{aboutWords(metric)}</p>
      <Busy query={attributes} what="attributes" />
      {attributes.failure === null ? null : (
        <Failed failure={attributes.failure} retry={attributes.retry} />
      )}
      <h2>Group by</h2>
      <div className="mkeys" role="group" aria-label="Attributes to group by" tabIndex={-1}>
        {rows.toSorted(byUse).map((row) => (
          <button
            key={`${row.place} ${row.key}`}
            type="button"
            className="mkey"
            aria-pressed={keys.includes(row.key)}
            title={row.values
              .slice(0, 12)
              .map(({ value }) => value)
              .join(', ')}
            onClick={() => toggle(row.key)}
          >
            {keys.includes(row.key) ? <Icon name="ok" /> : <span />}
            <span className="mono clip">{row.key}</span>
            <span className="t3">
              {row.distinct === 1
                ? (row.values[0]?.value ?? '').slice(0, 16)
                : `${count(row.distinct)} values`}
            </span>
          </button>
        ))}
      </div>
    </div>
  );
}

function aboutWords(metric: MetricInfo): string {
  const about = metric.description.trim();
  const sentence =
    about === '' ? 'Sent without a description.' : /[.!?]$/u.test(about) ? about : `${about}.`;
  const unit = metric.unit === '' ? 'no unit given' : `unit ${metric.unit}`;
  const kind = metric.temporality === 'unspecified' ? '' : `, ${metric.temporality}`;
  const services =
    metric.services.length === 1
      ? `from ${metric.services[0] ?? ''}`
      : `from ${count(metric.services.length)} services`;
  return `${sentence} ${count(metric.series)} series ${services}, ${unit}${kind}.`;
}
