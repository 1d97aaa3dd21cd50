// GET /pipelines: where every item went, who sends, what went wrong and what to do about it.

import { ITEM_NAME, SIGNALS, type Signal } from '../../base/signal.ts';
import { formatDuration } from '../../base/format/duration.ts';
import { formatCount } from '../../base/format/number.ts';
import type { TracePassStatus } from '../../passes/trace/trace-pass.ts';
import type { SenderCounts } from '../../pipeline/component.ts';
import type { ComponentRow, Finding, PeerRow, PipelinesAnswer } from '../../api/contract/status.ts';
import { graphOf, graphRows, graphTrouble } from './graph.ts';
import {
  handedToStore,
  lostItems,
  nanosOf,
  nanosOrNull,
  receiverSums,
  waitingItems,
} from './counts.ts';
import type { Parts } from './parts.ts';

export function pipelinesOf(parts: Parts): Omit<PipelinesAnswer, 'status'> {
  const steps = (signal: Signal): readonly number[] => parts.throughput.steps(signal);
  return {
    sentence: sentenceOf(parts),
    components: SIGNALS.flatMap((signal) => [
      ...componentRows(parts, signal),
      ...(signal === 'traces' ? [passRow(parts.pass.status())] : []),
    ]),
    peers: peerRows(parts),
    ...(parts.pipelines === undefined
      ? {}
      : { graph: graphOf(parts.pipelines.status(), parts.pipelines.listening()) }),
    findings: [...ownFindings(parts), ...senderFindings(parts)],
    throughput: { traces: steps('traces'), metrics: steps('metrics'), logs: steps('logs') },
  };
}

function sentenceOf(parts: Parts): PipelinesAnswer['sentence'] {
  const { counts, waiting } = parts.writer.status();
  const lost = SIGNALS.map((signal) => [signal, lostItems(counts[signal])] as const).filter(
    ([, items]) => items > 0,
  );
  const { secondsUntilFull } = parts.storage.log.status();
  const room =
    secondsUntilFull === undefined
      ? ''
      : ` At the present rate the log is full in ${Math.round(secondsUntilFull / 60)} min; then senders are told to wait.`;
  if (lost.length > 0) {
    const what = lost.map(([signal, items]) => `${formatCount(items)} ${itemWord(signal)}`);
    return {
      lead: `${what.join(' and ')} were lost.`,
      rest: `The table says where and why.${room}`,
    };
  }
  if (waiting !== undefined) {
    return {
      lead: 'Nothing is lost, but storing waits.',
      rest: `${waiting.message} Everything received is in the log.${room}`,
    };
  }
  const trouble = parts.pipelines && graphTrouble(parts.pipelines.status());
  if (trouble !== undefined) return { ...trouble, rest: `${trouble.rest}${room}` };
  const rows = parts.receiver.counters.snapshot();
  const refused = SIGNALS.reduce((sum, signal) => sum + receiverSums(rows, signal).refused, 0);
  const rest =
    refused === 0
      ? 'Everything that was acknowledged is stored or in the log.'
      : `${formatCount(refused)} items were refused at the door, and their senders told why.`;
  return { lead: 'Nothing is lost.', rest: `${rest}${room}` };
}

const itemWord = (signal: Signal): string => ITEM_NAME[signal].replaceAll('_', ' ');

function componentRows(parts: Parts, signal: Signal): ComponentRow[] {
  const counts = parts.writer.status().counts[signal];
  const done = counts.stored + lostItems(counts);
  const backlog = parts.backlog[signal];
  const handed = handedToStore(parts, signal);
  const entered = Math.max(handed + backlog, done); // while the backlog is counted
  const waiting = waitingItems(handed, backlog, counts);
  const before =
    parts.pipelines === undefined
      ? [receiverRow(parts, signal)]
      : graphRows(parts.pipelines.status(), signal);
  return [
    ...before,
    {
      id: 'log',
      kind: 'log',
      signal,
      in: entered,
      out: entered - waiting,
      dropped: 0,
      failed: 0,
      waiting,
      reason: reasons([[backlog, 'were in the log at the start']]),
    },
    {
      id: 'store',
      kind: 'store',
      signal,
      in: done,
      out: counts.stored,
      dropped: 0,
      failed: lostItems(counts),
      waiting: 0,
      reason: reasons([
        [counts.damaged, 'not valid OTLP: the log was damaged'],
        [counts.refused, 'refused by the engine: set aside in blocks/refused'],
        [counts.late, 'late by more than a minute, stored all the same'],
        [counts.timeOff, 'with a time more than a day off, stored and marked'],
        [counts.attributesCut, 'attributes beyond 1,024 an item, cut'],
      ]),
    },
  ];
}

function receiverRow(parts: Parts, signal: Signal): ComponentRow {
  const sums = receiverSums(parts.receiver.counters.snapshot(), signal);
  return {
    id: 'otlp',
    kind: 'receiver',
    signal,
    in: sums.accepted + sums.refused + sums.repeated,
    out: sums.accepted,
    dropped: sums.repeated,
    failed: sums.refused,
    waiting: 0,
    reason: reasons([
      [sums.refused, 'refused'],
      [sums.repeated, 'repeated: acknowledged and not processed again'],
    ]),
  };
}

/** In traces, not spans, and over the life of the data directory: what was stored is gone through once. */
export function passRow(pass: TracePassStatus): ComponentRow {
  const { closedTraces, openTraces, letGoTraces, failedTraces, sampling, lagMs } = pass;
  return {
    id: 'trace pass',
    kind: 'pass',
    signal: 'traces',
    in: closedTraces + openTraces + letGoTraces,
    out: closedTraces - failedTraces,
    dropped: letGoTraces,
    failed: failedTraces,
    waiting: openTraces,
    reason: [
      'counted in traces',
      reasons([
        [openTraces, 'open until no span came for 5 s'],
        [letGoTraces, 'left out by sampling, others stand for them'],
        [pass.lateSpans, 'late spans: on their trace’s page, not in the figures'],
        [pass.closedEarly, 'closed early, too many spans were open'],
        [pass.otherNames, 'rows of figures under (other), too many names'],
      ]),
      sampling > 1 ? `looks at one trace in ${sampling}: figures are estimates` : '',
      lagMs >= LAG_SHOWN_MS ? `${formatDuration(lagMs * 1e6, ' ')} behind` : '',
      pass.waiting === undefined ? '' : `waits: ${pass.waiting.message}`,
    ]
      .filter(Boolean)
      .join('; '),
  };
}

/** Reading what was stored takes a second or two; from here on it is behind. */
const LAG_SHOWN_MS = 5_000;

const reasons = (parts: ReadonlyArray<readonly [count: number, text: string]>): string =>
  parts
    .filter(([count]) => count > 0)
    .map(([count, text]) => `${formatCount(count)} ${text}`)
    .join('; ');

/** One row a sender, whichever of several receivers it sends to. */
function peerRows(parts: Parts): PeerRow[] {
  const rows = parts.receiver.counters.snapshot();
  const bySender = Map.groupBy(rows, (row) => `${row.signal} ${row.transport} ${row.peer}`);
  return [...bySender.values()].flatMap((same) => {
    const [first] = same;
    return first === undefined ? [] : [peerRow(first, same)];
  });
}

function peerRow(
  { peer, signal, transport }: SenderCounts,
  rows: readonly SenderCounts[],
): PeerRow {
  const sum = (of: (row: SenderCounts) => number): number =>
    rows.reduce((total, row) => total + of(row), 0);
  return {
    peer,
    signal,
    transport,
    received: sum((row) => row.accepted),
    refused: sum((row) => row.refused),
    repeated: sum((row) => row.repeated),
    requests: sum((row) => row.requests),
    bytes: sum((row) => row.bytes),
    lastAt: nanosOrNull(Math.max(...rows.map((row) => row.lastMs))),
  };
}

function senderFindings(parts: Parts): Finding[] {
  return parts.receiver.findings.list().map((finding) => ({
    code: finding.code,
    severity: finding.severity,
    peer: finding.peer,
    text: withDetail(finding.text, finding.detail),
    fix: finding.fix,
    count: finding.count,
    firstAt: nanosOf(finding.firstMs),
    lastAt: nanosOf(finding.lastMs),
  }));
}

const damageText = (cutBytes: number, damagedBytes: number): string =>
  `The log was damaged: ${formatCount(cutBytes)} B at its end were cut off, ${formatCount(damagedBytes)} B within it were passed over.`;

/** The detail is often the answer's own words, which begin with the text. */
function withDetail(text: string, detail: string): string {
  if (detail === '' || detail.startsWith(text)) return text;
  return `${text} (${detail})`;
}

/** What the program itself is short of: room, an engine. */
function ownFindings(parts: Parts): Finding[] {
  const { refusing } = parts.storage.retention.state;
  const { waiting } = parts.writer.status();
  const now = nanosOf(Date.now());
  const found: Finding[] = [];
  const { cutBytes, damagedBytes } = parts.storage.log.status();
  if (cutBytes + damagedBytes > 0) {
    found.push({
      code: 'LOG_DAMAGED',
      severity: 'error',
      peer: '',
      text: damageText(cutBytes, damagedBytes),
      fix: 'Look at the disk. What the log of the server names is gone; everything else is stored.',
      count: 1,
      firstAt: nanosOf(parts.startedAtMs),
      lastAt: now,
    });
  }
  if (refusing !== undefined) {
    found.push({
      code: refusing.code,
      severity: 'error',
      peer: '',
      text: refusing.message,
      fix: 'Free space on the disk, or raise --max-disk. Storing goes on by itself.',
      count: 1,
      firstAt: nanosOf(refusing.sinceMs),
      lastAt: now,
    });
  } else if (waiting !== undefined) {
    found.push({
      code: waiting.code,
      severity: 'warn',
      peer: '',
      text: waiting.message,
      fix: 'Nothing: it is tried again, and what was received is in the log.',
      count: 1,
      firstAt: nanosOf(waiting.since),
      lastAt: now,
    });
  }
  return found;
}
