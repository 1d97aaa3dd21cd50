// Empty with its reason, partial, failed, loading. The five reasons are never mixed up (web/README.md "States").

import type { ReactNode } from 'react';
import type { AnswerMeta, EmptyReason } from '../../../src/api/contract/common.ts';
import type { ApiFailure } from '../lib/api/client.ts';
import { useStatus } from '../lib/api/status.ts';
import type { Query } from '../lib/api/use-api.ts';
import { count } from '../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../lib/format/time.ts';
import { useTimeRange, useZone } from '../lib/url/use-time-range.ts';
import { useNow } from '../lib/use-now.ts';
import { CommandBox, CopyButton } from './copy.tsx';
import { Icon } from './icon.tsx';
import './states.css';

/** What a page calls its items: "traces", "log lines", and how one gets the first of them. */
export interface Nouns {
  readonly many: string;
  readonly command: string;
}

export function Empty({
  reason,
  nouns,
  onTakeOut,
}: {
  reason: EmptyReason;
  nouns: Nouns;
  /** Takes the term out of the query; absent where there is none to take out. */
  onTakeOut?: ((term: string) => void) | undefined;
}) {
  switch (reason.kind) {
    case 'never':
      return <Never nouns={nouns} />;
    case 'not-in-range':
      return <NotInRange nouns={nouns} last={reason.last} />;
    case 'filtered':
      return <Filtered nouns={nouns} reason={reason} onTakeOut={onTakeOut} />;
    case 'not-kept':
      return <NotKept nouns={nouns} oldest={reason.oldest} />;
    case 'failed':
      return (
        <Box title={<FailTitle>{reason.error.message}</FailTitle>}>
          <p>
            The data is not affected;{' '}
            {reason.error.retryable ? 'the same query may work in a moment.' : 'change the query.'}
          </p>
        </Box>
      );
    default:
      return reason satisfies never;
  }
}

export function Box({ title, children }: { title: ReactNode; children?: ReactNode }) {
  return (
    <div className="em">
      {title}
      {children}
    </div>
  );
}

const FailTitle = ({ children }: { children: ReactNode }) => (
  <b className="err">
    <Icon name="error" />
    {children}
  </b>
);

function Never({ nouns }: { nouns: Nouns }) {
  const { status } = useStatus();
  const ports = (status?.listeners ?? [])
    .filter((listener) => listener.name.startsWith('otlp'))
    .map((listener) => `${listener.address}:${String(listener.port)}`);
  return (
    <Box title={<b>No {nouns.many} have ever arrived.</b>}>
      <p>
        {ports.length === 0
          ? 'No receiver is listening; see Pipelines.'
          : `Listening on ${ports.join(' and ')}, gRPC and HTTP.`}
      </p>
      <CommandBox code={nouns.command} label="how to send them" />
    </Box>
  );
}

function NotInRange({ nouns, last }: { nouns: Nouns; last: string | null }) {
  const { resolved, setAbsolute } = useTimeRange();
  const [zone] = useZone();
  const now = useNow();
  const at = last === null ? null : nanosToMillis(last);
  const half = Math.max(60_000, (resolved.toMs - resolved.fromMs) / 2);
  return (
    <Box
      title={
        <b>
          No {nouns.many} from {clock(resolved.fromMs, zone, now, 'minute')} to{' '}
          {clock(resolved.toMs, zone, now, 'minute')}.
        </b>
      }
    >
      {at === null ? null : (
        <p>
          The last came at {clock(at, zone, now, 'second')}.{' '}
          <button
            type="button"
            className="btn link"
            onClick={() => setAbsolute(at - half, at + half)}
          >
            Go there
          </button>
        </p>
      )}
    </Box>
  );
}

function Filtered({
  nouns,
  reason,
  onTakeOut,
}: {
  nouns: Nouns;
  reason: Extract<EmptyReason, { kind: 'filtered' }>;
  onTakeOut: ((term: string) => void) | undefined;
}) {
  const { term } = reason;
  return (
    <Box
      title={
        term === null ? (
          <b>No {nouns.many} match this filter.</b>
        ) : (
          <b>
            {reason.withoutTerm === null
              ? `No ${nouns.many} have `
              : `${count(reason.withoutTerm)} ${nouns.many} match the other terms, none has `}
            <code>{term}</code>.
          </b>
        )
      }
    >
      <p>
        {reason.seen.length === 0 ? '' : `Seen values: ${reason.seen.join(', ')}. `}
        {term === null || onTakeOut === undefined ? null : (
          <button type="button" className="btn link" onClick={() => onTakeOut(term)}>
            Take the term out
          </button>
        )}
      </p>
    </Box>
  );
}

function NotKept({ nouns, oldest }: { nouns: Nouns; oldest: string }) {
  const [zone] = useZone();
  const { status } = useStatus();
  const now = useNow();
  const hours = status?.disk.retentionHours;
  return (
    <Box title={<b>The {nouns.many} of this time are no longer kept.</b>}>
      <p>
        The oldest kept are of {clock(nanosToMillis(oldest), zone, now, 'minute')}
        {hours === undefined
          ? '.'
          : `; retention is ${count(hours)} h or the disk limit, whichever comes first.`}
      </p>
    </Box>
  );
}

export function Failed({ failure, retry }: { failure: ApiFailure; retry: () => void }) {
  const { error } = failure;
  return (
    <div className="em" role="alert">
      <FailTitle>{error.message}</FailTitle>
      {error.suggestion === undefined ? null : <p>{error.suggestion}</p>}
      <div className="bar">
        <button type="button" className="btn" onClick={retry}>
          Run again
        </button>
        <CopyButton
          className="btn quiet"
          text={() =>
            JSON.stringify(
              { ...error, status: failure.status, page: window.location.href },
              null,
              2,
            )
          }
          label="Copy the details"
        >
          Details <span className="mono t3">{error.code}</span>
        </CopyButton>
      </div>
    </div>
  );
}

/** The line above a result that is not everything. */
export function PartialLine({ meta }: { meta: AnswerMeta }) {
  if (meta.partial === null) return null;
  return <NoteLine>{meta.partial}</NoteLine>;
}

export function NoteLine({
  children,
  kind = 'warn',
}: {
  children: ReactNode;
  kind?: 'warn' | 'error' | 'info';
}) {
  return (
    <div className={`note${kind === 'error' ? ' e' : kind === 'info' ? ' plain' : ''}`}>
      <Icon name={kind} className={kind === 'error' ? 'err' : kind === 'warn' ? 'wrn' : 't3'} />
      <span>{children}</span>
    </div>
  );
}

/** Over the top edge of a region while its next content loads; after a second it says so and can be cancelled. */
export function Busy({
  query,
  what,
}: {
  query: Pick<Query<unknown>, 'loading' | 'slow' | 'cancel'>;
  what: string;
}) {
  if (!query.loading) return null;
  return (
    <div className="busy">
      <div className="load" role="progressbar" aria-label={`Reading ${what}`}>
        <i />
      </div>
      {query.slow ? (
        <div className="say" role="status">
          Reading {what}
          <button type="button" className="btn small" onClick={query.cancel}>
            Cancel
          </button>
        </div>
      ) : null}
    </div>
  );
}

export function Cancelled({ retry }: { retry: () => void }) {
  return (
    <Box title={<b>Cancelled.</b>}>
      <p>
        Nothing was read to its end.{' '}
        <button type="button" className="btn link" onClick={retry}>
          Run again
        </button>
      </p>
    </Box>
  );
}

/** Rows in their final height, on the first load of a page only. */
export function Skeleton({ rows, height = 28 }: { rows: number; height?: number }) {
  return (
    <div aria-hidden="true">
      {Array.from({ length: rows }, (_, at) => (
        <div key={at} className="bar" style={{ minHeight: height }}>
          <span className="sk" style={{ width: 20 }} />
          <span className="sk" style={{ width: 90 + ((at * 37) % 120) }} />
          <span className="grow" />
          <span className="sk" style={{ width: 52 }} />
        </div>
      ))}
    </div>
  );
}
