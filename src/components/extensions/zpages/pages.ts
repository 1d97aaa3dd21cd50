// What stands on each page.

import { bytesBinary, joined } from '../../../base/format/number.ts';
import { printGoDuration } from '../../../config/units/go-duration.ts';
import type { GraphStatus, NodeStatus } from '../../../pipeline/status.ts';
import { sumOf } from '../../../pipeline/telemetry/component-telemetry.ts';
import { type Cell, heading, link, markup, paragraph, table } from './html.ts';

export interface PageInput {
  readonly status: GraphStatus;
  readonly ready: boolean;
  readonly nowMs: number;
}

interface Page {
  readonly path: string;
  readonly title: string;
  readonly body: (input: PageInput) => string;
}

export const PAGES: readonly Page[] = [
  { path: '/servicez', title: 'Service', body: service },
  { path: '/pipelinez', title: 'Pipelines', body: pipelines },
  { path: '/extensionz', title: 'Extensions', body: extensions },
  { path: '/featurez', title: 'Features', body: features },
  { path: '/tracez', title: 'Traces', body: traces },
];

const bytesText = (bytes: number): string => joined(bytesBinary(bytes));
const timeText = (ms: number): string => new Date(ms).toISOString();

function service({ status, ready, nowMs }: PageInput): string {
  const { startedAtMs, reload } = status;
  const facts: Array<readonly Cell[]> = [
    ['State', ready ? 'running' : 'starting or stopping'],
    ['Running since', timeText(startedAtMs)],
    ['For', printGoDuration(Math.max(0, Math.round((nowMs - startedAtMs) / 1000) * 1000))],
    ['Process', `${process.pid}, Node ${process.version}, ${process.platform} ${process.arch}`],
    ['Memory', bytesText(process.memoryUsage.rss())],
    ['Pipelines', link('/debug/pipelinez', String(status.pipelines.length))],
    ['Extensions', link('/debug/extensionz', String(status.extensions.length))],
  ];
  const last =
    reload === undefined
      ? paragraph('The configuration was not read again since the start.')
      : paragraph(
          `${timeText(reload.atMs)}: ${reload.ok ? 'taken' : 'refused, the former one runs'}`,
        ) + reload.lines.map(paragraph).join('');
  return `${table(['', ''], facts)}${heading('Last reload')}${last}`;
}

function pipelines({ status }: PageInput): string {
  const overview = status.pipelines.map((one) => [
    link(`#${one.id}`, one.id),
    one.signal,
    one.receivers.join(', '),
    one.processors.join(', '),
    one.exporters.join(', '),
    bytesText(one.waitingBytes),
    one.paused ?? '',
  ]);
  const head = ['Pipeline', 'Signal', 'Receivers', 'Processors', 'Exporters', 'Waiting', 'Stands'];
  const parts = status.pipelines.map(
    ({ id }) =>
      heading(id, id) + nodes(status.nodes.filter(({ pipelines: stands }) => stands.includes(id))),
  );
  return table(head, overview) + parts.join('');
}

const KINDS = ['receiver', 'processor', 'connector', 'exporter'] as const;
const NODE_HEAD = [
  'Kind',
  'Id',
  'In',
  'Out',
  'A second',
  'Waiting',
  'Refused',
  'Dropped',
  'Failed',
  'Lost',
  'Queue',
  'Last error',
];

function nodes(all: readonly NodeStatus[]): string {
  const sorted = KINDS.flatMap((kind) => all.filter((node) => node.kind === kind));
  return table(
    NODE_HEAD,
    sorted.map(({ kind, id, counts, rate, waiting, queue }) => [
      kind,
      id,
      counts.in,
      counts.out,
      Math.round(rate),
      waiting,
      sumOf(counts.refused),
      sumOf(counts.dropped),
      sumOf(counts.failed),
      sumOf(counts.lost),
      queue === undefined ? '' : `${queue.size}, ${bytesText(queue.diskBytes)} on disk`,
      counts.lastError?.text ?? '',
    ]),
  );
}

function extensions({ status }: PageInput): string {
  return table(
    ['Extension', 'Type', 'State'],
    status.extensions.map(({ id, type, running }) => [id, type, running ? 'running' : 'stopped']),
  );
}

function features(): string {
  return paragraph(
    'There are no feature gates: what is there is on, and what is not ready is left out.',
  );
}

/** Upstream shows samples of its own spans; here the same question is answered by what went wrong, and why. */
function traces({ status }: PageInput): string {
  const rows = status.nodes.flatMap(({ kind, id, signal, counts }) => {
    const { lastError, refused, dropped, failed, lost } = counts;
    const reasons = [...refused, ...dropped, ...failed, ...lost].map(([why, n]) => `${n}: ${why}`);
    if (lastError === undefined && reasons.length === 0) return [];
    return [
      [
        kind,
        id,
        signal,
        reasons.join('; '),
        lastError === undefined ? '' : timeText(lastError.atMs),
        lastError === undefined ? '' : `${lastError.text} ${lastError.fix}`,
        lastError?.count ?? markup(''),
      ],
    ];
  });
  const intro =
    'This program records no spans of its own. What did not pass through it, with the reason, and the last error of each component:';
  const head = ['Kind', 'Id', 'Signal', 'Items, why', 'Last error at', 'Last error', 'Times'];
  return paragraph(intro) + table(head, rows);
}
