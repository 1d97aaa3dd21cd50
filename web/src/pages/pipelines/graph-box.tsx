// The running graph of a configuration: drawn where there is room, else pipeline by pipeline; below it what is wrong with
// what to do, and the component looked at.

import { useMemo } from 'react';
import type {
  PipelineGraph,
  SignalName,
  StatusAnswer,
} from '../../../../src/api/contract/status.ts';
import { count } from '../../../../src/base/format/number.ts';
import { clock, nanosToMillis } from '../../lib/format/time.ts';
import { useParam } from '../../lib/url/params.ts';
import { useZone } from '../../lib/url/use-time-range.ts';
import { useNow } from '../../lib/use-now.ts';
import { useWide } from '../../lib/use-wide.ts';
import { Box } from '../../ui/states.tsx';
import { type Choice, FlowGraph } from './flow-graph.tsx';
import { type GraphFlow, graphFlowOf } from './graph-flow.ts';
import { Lanes } from './lanes.tsx';
import { NodeDetail } from './node-detail.tsx';
import { NODE, SIGNALS } from './pipelines-params.ts';
import { SignalSwitch } from './signal-switch.tsx';
import { badSignals } from './trouble.ts';
import { Troubles } from './troubles.tsx';
import './graph-box.css';

/** A drawing of more boxes than this is a tangle: then pipelines stand one below the other, the faulty first. */
const MOST_DRAWN = 80;

export function GraphBox({
  graph,
  status,
  signal,
}: {
  graph: PipelineGraph;
  status: StatusAnswer;
  signal: SignalName;
}) {
  const [chosen, setChosen] = useParam(NODE);
  const shown = useMemo(() => graphFlowOf(graph, status, signal), [graph, status, signal]);
  const choice: Choice = {
    chosen,
    choose: (id) => {
      setChosen(id === chosen ? '' : id);
      requestAnimationFrame(() =>
        document.querySelector('#node')?.scrollIntoView({ block: 'nearest' }),
      );
    },
  };
  const node = graph.nodes.find(({ name }) => name === chosen);
  return (
    <>
      <div className="flowbox">
        <div className="bar">
          <SignalSwitch bad={badSignals(graph)} />
          <ConfigurationLine graph={graph} shown={shown} />
        </div>
        <Drawing shown={shown} signal={signal} choice={choice} others={otherSignals(graph)} />
      </div>
      {node === undefined ? null : (
        <NodeDetail node={node} graph={graph} close={() => setChosen('')} />
      )}
      <Troubles graph={graph} />
    </>
  );
}

const otherSignals = ({ pipelines }: PipelineGraph): readonly SignalName[] =>
  SIGNALS.filter((one) => pipelines.some(({ signal }) => signal === one));

function Drawing({
  shown: { flow, lanes, size },
  signal,
  choice,
  others,
}: {
  shown: GraphFlow;
  signal: SignalName;
  choice: Choice;
  others: readonly SignalName[];
}) {
  const wide = useWide();
  if (lanes.length === 0)
    return (
      <Box title={`No pipeline takes ${signal}`}>
        <p>
          The configuration has pipelines for {others.length === 0 ? 'nothing' : others.join(', ')}.
          To take {signal} too, add <code>{signal}:</code> with receivers and exporters under{' '}
          <code>service: pipelines:</code>.
        </p>
      </Box>
    );
  if (!wide || size > MOST_DRAWN) return <Lanes lanes={lanes} choice={choice} />;
  return (
    <div className="flowscroll">
      <FlowGraph
        flow={flow}
        choice={choice}
        label={`Pipelines of ${signal}; the table below has the same numbers`}
      />
    </div>
  );
}

function ConfigurationLine({ graph, shown }: { graph: PipelineGraph; shown: GraphFlow }) {
  const [zone] = useZone();
  const now = useNow(10_000);
  const { reload, extensions } = graph;
  const many = (n: number, word: string): string => `${count(n)} ${word}${n === 1 ? '' : 's'}`;
  const read =
    reload === null
      ? ''
      : reload.ok
        ? `read again ${clock(nanosToMillis(reload.at), zone, now, 'minute')}`
        : 'the changed file is not valid, see below';
  const words = [
    `${many(shown.lanes.length, 'pipeline')}, ${many(shown.size, 'component')}`,
    read,
    extensions.length === 0 ? '' : `extensions ${extensions.join(', ')}`,
  ];
  return <span className="hint clip">{words.filter((text) => text !== '').join(' · ')}</span>;
}
