// What is wrong in the running graph, the most urgent first: what lost, then what is about to, then what fails, then what
// waits. A row says what happened, what it means for the data, and what to do.

import type {
  PipelineGraph,
  PipelineNode,
  SignalName,
} from '../../../../src/api/contract/status.ts';
import { bytesBinary, count, joined, percentWhole } from '../../../../src/base/format/number.ts';
import { ITEMS, minutes } from './flow.ts';
import { fills, isBad, queueShare } from './graph-flow.ts';
import { SIGNALS } from './pipelines-params.ts';

export interface Trouble {
  /** Name of the node, `pipeline …`, or `reload`. */
  readonly key: string;
  readonly severity: 'error' | 'warn';
  readonly title: string;
  readonly text: string;
  readonly fix: string;
  /** Shown as they are: positions in a file. */
  readonly lines: readonly string[];
  /** A node to look at. */
  readonly node: string | null;
  readonly signal: SignalName | null;
  readonly count: number;
  readonly at: string | null;
}

export const badSignals = ({ nodes, pipelines }: PipelineGraph): SignalName[] =>
  SIGNALS.filter(
    (one) =>
      nodes.some((node) => node.signal === one && isBad(node)) ||
      pipelines.some(({ signal, paused }) => signal === one && paused !== null),
  );

export function troublesOf({ nodes, pipelines, reload }: PipelineGraph): Trouble[] {
  const ofNodes = nodes
    .filter((node) => isBad(node) || node.failed > 0)
    .toSorted((a, b) => urgency(a) - urgency(b))
    .map(ofNode);
  const ofPipelines = pipelines.flatMap(({ id, signal, paused, waitingBytes }): Trouble[] =>
    paused === null
      ? []
      : [
          {
            key: `pipeline ${id}`,
            severity: 'warn',
            title: id,
            text: `${sentence(paused)} ${joined(bytesBinary(waitingBytes))} of the log are not read yet.`,
            fix: 'Nothing is lost. Look at the exporters behind it: the slowest sets the pace.',
            lines: [],
            node: null,
            signal,
            count: 1,
            at: null,
          },
        ],
  );
  return [...(reload === null || reload.ok ? [] : [ofReload(reload)]), ...ofNodes, ...ofPipelines];
}

const ofReload = ({ at, lines }: NonNullable<PipelineGraph['reload']>): Trouble => ({
  key: 'reload',
  severity: 'error',
  title: 'Configuration',
  text: 'The changed file is not valid. What ran before it runs on; nothing of the change is in effect.',
  fix: 'Put right what is named here, and it is read again.',
  lines,
  node: null,
  signal: null,
  count: 1,
  at,
});

const urgency = (node: PipelineNode): number =>
  node.lost > 0
    ? -1
    : (node.queue?.secondsUntilFull ?? (node.error === null ? Number.MAX_VALUE : 1e9));

function ofNode(node: PipelineNode): Trouble {
  const { name, id, kind, signal, error, lost, failed } = node;
  const said = error === null ? '' : sentence(withoutId(error.text, id));
  const words = [
    lost > 0 ? `${count(lost)} ${ITEMS[signal]} were lost: ${reasonsOf(node, 'lost')}.` : '',
    said,
    waitingWords(node),
    failed > 0 ? `${count(failed)} are set aside: ${reasonsOf(node, 'failed')}.` : '',
  ];
  const aside =
    failed > 0 && kind === 'exporter'
      ? `What is set aside is sent again by: throughline dead-letters resend ${id}`
      : '';
  const fix = error?.fix ?? (lost > 0 || fills(node) ? ROOM : '');
  return {
    key: name,
    severity: isBad(node) ? 'error' : 'warn',
    title: id,
    text: words.filter((text) => text !== '').join(' '),
    fix: [fix, fix.includes('dead-letters') ? '' : aside].filter((text) => text !== '').join(' '),
    lines: [],
    node: name,
    signal,
    count: error?.count ?? 1,
    at: error?.at ?? null,
  };
}

const ROOM =
  'Look at why the other side does not take it as fast as it comes, or give its queue more room.';

function waitingWords({ queue, waiting, signal }: PipelineNode): string {
  if (queue === null || waiting === 0) return '';
  const share = queueShare(queue);
  const full = share < 0.01 ? '' : `, its queue is ${percentWhole(share)} full`;
  const left =
    queue.secondsUntilFull === null
      ? ''
      : ` and lasts another ${minutes(queue.secondsUntilFull)} at this rate`;
  return `${count(waiting)} ${ITEMS[signal]} wait${full}${left}.`;
}

const reasonsOf = ({ reasons }: PipelineNode, kind: 'lost' | 'failed'): string =>
  reasons
    .filter((one) => one.kind === kind)
    .map(({ reason }) => reason)
    .join('; ');

/** The name stands before it already. */
const withoutId = (text: string, id: string): string =>
  text.startsWith(`${id}: `) ? text.slice(id.length + 2) : text;

const sentence = (text: string): string => {
  // An address stays as it is.
  const whole = /^[a-z]+[\s,.]/u.test(text) ? text.slice(0, 1).toUpperCase() + text.slice(1) : text;
  return /[.!?]$/u.test(whole) ? whole : `${whole}.`;
};
