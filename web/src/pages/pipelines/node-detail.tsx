// One component: where every item of it went and why, its queue, its last error with what to do.

import type {
  NodeQueue,
  PipelineGraph,
  PipelineNode,
} from '../../../../src/api/contract/status.ts';
import {
  bytesBinary,
  count,
  exactCount,
  joined,
  percentWhole,
} from '../../../../src/base/format/number.ts';
import { ago, clock, nanosToMillis } from '../../lib/format/time.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useKeys } from '../../lib/keyboard.ts';
import { useNow } from '../../lib/use-now.ts';
import { Icon } from '../../ui/icon.tsx';
import { ITEMS, minutes, rateWords } from './flow.ts';
import { keptShare, queueShare } from './graph-flow.ts';

export function NodeDetail({
  node,
  graph,
  close,
}: {
  node: PipelineNode;
  graph: PipelineGraph;
  close: () => void;
}) {
  useKeys({ Escape: close });
  const { id, kind, signal, pipelines, listens, queue } = node;
  return (
    <section id="node" className="sec nodedetail" aria-label={`${kind} ${id}`}>
      <div className="bar">
        <h2>{id}</h2>
        <span className="hint">
          {kind}, in {pipelines.join(', ')}
        </span>
        <button type="button" className="btn quiet icon close" aria-label="Close" onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <LastError node={node} />
      <div className="nodefacts">
        <dl className="facts2">
          <Fact name="now">{rateWords(node.rate, ITEMS[signal])}</Fact>
          {listens.length === 0 ? null : <Fact name="listens on">{listens.join(', ')}</Fact>}
          <Fact name="comes from">{namesAt(graph, node, 'from')}</Fact>
          <Fact name="goes to">{namesAt(graph, node, 'to')}</Fact>
        </dl>
        <Counts node={node} />
        {queue === null ? null : <Queue queue={queue} />}
      </div>
    </section>
  );
}

function namesAt(
  { nodes, edges }: PipelineGraph,
  { name, kind }: PipelineNode,
  end: 'from' | 'to',
) {
  const here = end === 'from' ? 'to' : 'from';
  const names = new Set(edges.filter((edge) => edge[here] === name).map((edge) => edge[end]));
  const found = nodes.filter((one) => names.has(one.name)).map(({ id }) => id);
  if (found.length > 0) return found.join(', ');
  return end === 'from' && kind === 'receiver'
    ? 'senders'
    : end === 'to' && kind === 'exporter'
      ? 'the other side'
      : '–';
}

function LastError({ node: { error } }: { node: PipelineNode }) {
  const [zone] = useZone();
  const now = useNow(10_000);
  if (error === null) return null;
  const at = nanosToMillis(error.at);
  return (
    <div className="lasterror">
      <p>
        <Icon name="error" className="inl err" /> <b className="err">{error.text}</b>{' '}
        <span className="t3 small">
          {error.count > 1 ? `${count(error.count)} times since it was last well, ` : ''}
          {clock(at, zone, now, 'second')}, {ago(at, now)}
        </span>
      </p>
      <p className="t2">{error.fix}</p>
    </div>
  );
}

function Counts({ node }: { node: PipelineNode }) {
  const { signal, reasons } = node;
  const kept = keptShare(node);
  const why = (kind: string): string =>
    reasons
      .filter((one) => one.kind === kind)
      .map(({ reason, items }) => `${exactCount(items)} ${reason}`)
      .join('; ');
  const rows: ReadonlyArray<readonly [name: string, items: number, why: string, bad: boolean]> = [
    ['refused', node.refused, why('refused') || 'the sender was told', false],
    ['dropped', node.dropped, why('dropped'), false],
    ['lost', node.lost, why('lost'), true],
    ['set aside', node.failed, why('failed'), true],
    ['repeated', node.repeated, 'counted once', false],
    ['late', node.late, 'came after the decision; among the others', false],
    ['waiting', node.waiting, '', false],
    ['unexplained', node.unexplained, 'on its way between two counters, or a fault', false],
  ];
  return (
    <dl className="facts2">
      <Fact name={`${ITEMS[signal]} in`}>{exactCount(node.in)}</Fact>
      <Fact name={`${ITEMS[signal]} out`}>
        {exactCount(node.out)}
        {kept === null ? '' : `, ${percentWhole(kept)}`}
      </Fact>
      {rows
        .filter(([, items]) => items !== 0)
        .map(([name, items, text, bad]) => (
          <Fact key={name} name={name}>
            <span className={bad ? 'err' : ''}>{exactCount(items)}</span>
            {text === '' ? null : <span className="t3 small why">{text}</span>}
          </Fact>
        ))}
    </dl>
  );
}

function Queue({ queue }: { queue: NodeQueue }) {
  const { size, capacity, memoryBytes, diskBytes, diskLimitBytes, secondsUntilFull } = queue;
  return (
    <dl className="facts2">
      <Fact name="queue">
        {capacity === null ? count(size) : `${count(size)} of ${count(capacity)}`},{' '}
        {percentWhole(queueShare(queue))}
      </Fact>
      <Fact name="full in">
        {secondsUntilFull === null ? (
          'not at this rate'
        ) : (
          <span className="err">{minutes(secondsUntilFull)}</span>
        )}
      </Fact>
      <Fact name="in memory">{joined(bytesBinary(memoryBytes))}</Fact>
      <Fact name="on disk">
        {joined(bytesBinary(diskBytes))} of {joined(bytesBinary(diskLimitBytes))}
      </Fact>
      <Fact name="being sent">{count(queue.inFlight)} requests</Fact>
      {queue.deadLetterRequests === 0 ? null : (
        <Fact name="dead letters">
          {count(queue.deadLetterRequests)} requests, {count(queue.deadLetterItems)} items
        </Fact>
      )}
    </dl>
  );
}

const Fact = ({ name, children }: { name: string; children: React.ReactNode }) => (
  <div>
    <dt>{name}</dt>
    <dd>{children}</dd>
  </div>
);
