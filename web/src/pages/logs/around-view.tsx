// The lines around one, of the same sender, whatever the search is.

import { useCallback, useMemo, useState } from 'react';
import { Link } from 'wouter';
import type { LogContextAnswer } from '../../../../src/api/contract/logs.ts';
import { apiUrl } from '../../lib/api/client.ts';
import { useApi } from '../../lib/api/use-api.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { learnServices } from '../../lib/service/registry.ts';
import { change, useParam } from '../../lib/url/params.ts';
import { paths } from '../../lib/url/paths.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { useWide } from '../../lib/use-wide.ts';
import { Icon } from '../../ui/icon.tsx';
import { ServiceName } from '../../ui/service.tsx';
import { Busy, Failed, Skeleton } from '../../ui/states.tsx';
import { LogList } from './log-list.tsx';
import { LINE, QUERY, WRAP } from './logs-params.ts';

const FIRST = { before: 40, after: 12 } as const;
const MORE = 100;
const MOST = 500;

export function AroundView({ id }: { id: string }) {
  const [reach, setReach] = useState<Record<'before' | 'after', number>>(FIRST);
  const [line, setLine] = useParam(LINE);
  const [wrap] = useParam(WRAP);
  const wide = useWide();
  const around = useApi<LogContextAnswer>(apiUrl('/logs/context', { id, ...reach }));
  const { data } = around;
  if (data !== null) learnServices(data.rows.map((row) => row.service));
  const rows = useMemo(() => data?.rows.toReversed() ?? [], [data]);
  const onOpen = useCallback((next: string) => setLine(next, 'replace'), [setLine]);
  const later = data === null ? 0 : data.rows.length - 1 - data.index;
  const more = (side: 'before' | 'after', there: number) =>
    there < reach[side] || reach[side] >= MOST ? null : (
      <button
        type="button"
        className="btn small"
        onClick={() => setReach({ ...reach, [side]: Math.min(MOST, reach[side] + MORE) })}
      >
        {side === 'after' ? 'Later lines' : 'Earlier lines'}
      </button>
    );
  return (
    <section className="lines" aria-label="Lines around one">
      <Head data={data} />
      <Busy query={around} what="the lines around it" />
      {around.failure === null ? null : <Failed failure={around.failure} retry={around.retry} />}
      {data === null ? (
        around.failure === null ? (
          <Skeleton rows={16} height={24} />
        ) : null
      ) : (
        <>
          {more('after', later)}
          <LogList
            rows={rows}
            total={rows.length}
            openId={line}
            markedId={id}
            wrap={wrap}
            wide={wide}
            label="Lines of the same sender, newest first"
            onOpen={onOpen}
          />
          {more('before', data.index)}
        </>
      )}
    </section>
  );
}

function Head({ data }: { data: LogContextAnswer | null }) {
  const [query] = useParam(QUERY);
  const [zone] = useZone();
  const now = useNow();
  const row = data?.rows[data.index];
  return (
    <div className="bar tools">
      <Link className="btn small" href={paths.page('logs', [change(QUERY, query)])}>
        <Icon name="left" /> Back to the search
      </Link>
      {row === undefined ? null : (
        <span className="t2 small">
          Lines around <b className="mono">{clock(nanosToMillis(row.time), zone, now)}</b> of{' '}
          <ServiceName service={row.service} plain />, newest first; the filter does not apply here
        </span>
      )}
    </div>
  );
}
