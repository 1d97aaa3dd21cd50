// Pipelines one below the other, each with its boxes in the order in which data passes: for narrow pages and for graphs too
// large to draw. The faulty come first; of many, those that are well are folded.

import { useState } from 'react';
import { Icon } from '../../ui/icon.tsx';
import type { Choice } from './flow-graph.tsx';
import type { FlowNode } from './flow.ts';
import type { Lane } from './graph-flow.ts';

/** With more pipelines than this, those that are well are folded. */
const MOST_OPEN = 8;

export function Lanes({ lanes, choice }: { lanes: readonly Lane[]; choice: Choice }) {
  const folded = lanes.length > MOST_OPEN;
  return (
    <ul className="lanes">
      {lanes.map((lane) => (
        <li key={lane.id}>
          <LaneFold lane={lane} open={lane.bad || !folded} choice={choice} />
        </li>
      ))}
    </ul>
  );
}

function LaneFold({ lane, open, choice }: { lane: Lane; open: boolean; choice: Choice }) {
  const [wanted, setWanted] = useState(open); // later the reader decides, unless something goes wrong
  const shown = wanted || lane.bad;
  const boxes = lane.stages.flat();
  const ends = lane.stages.at(-1) ?? [];
  return (
    <details
      className="lane"
      open={shown}
      onToggle={(event) => setWanted(event.currentTarget.open)}
    >
      <summary>
        <b>{lane.id}</b>
        {lane.bad ? (
          <Icon name="error" className="inl err" label="something is wrong here" />
        ) : null}
        <span className="t3 small">
          {boxes.length} components, to {ends.map(({ name }) => name).join(', ')}
        </span>
      </summary>
      {lane.paused === null ? null : <p className="small wrn">{lane.paused}</p>}
      <ol className="stages">
        {(shown ? lane.stages : []).map((stage) => (
          <li key={stage.map(({ id }) => id).join(' ')} className="stage">
            {stage.map((node) => (
              <LaneBox key={node.id} node={node} choice={choice} />
            ))}
          </li>
        ))}
      </ol>
    </details>
  );
}

function LaneBox({ node, choice }: { node: FlowNode; choice: Choice }) {
  return (
    <button
      type="button"
      className={node.bad ? 'lanebox bad' : 'lanebox'}
      aria-pressed={choice.chosen === node.id}
      onClick={() => choice.choose(node.id)}
    >
      <span className="name">
        {node.name}{' '}
        {node.bad ? <Icon name="error" className="inl err" label="needs attention" /> : null}
      </span>
      <span className="kind">{node.kind}</span>
      <span className="main">{node.main}</span>
      <span className="more">{node.more}</span>
      {node.fill === null ? null : (
        <span className="fillbar" aria-hidden="true">
          <i style={{ width: `${String(Math.max(1, node.fill * 100))}%` }} />
        </span>
      )}
    </button>
  );
}
