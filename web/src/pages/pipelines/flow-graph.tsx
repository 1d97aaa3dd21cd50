// The way of every item, drawn: boxes with their load, lines as thick as what flows, red where it stops.

import { useMemo } from 'react';
import { joined, rate } from '../../../../src/base/format/number.ts';
import { useWide } from '../../lib/use-wide.ts';
import { edgeWidth, layoutOf } from './flow-layout.ts';
import type { Flow, FlowNode } from './flow.ts';
import { BOX, type PlacedEdge, type PlacedNode, SLIM_WIDTH } from './placed.ts';
import './flow-graph.css';

/** Smaller than this its letters are hard to read: then it is scrolled. */
const LEAST_SCALE = 0.88;
/** Of the widest of the usual fonts. */
const NAME_LETTER_PX = 7.6;

export interface Choice {
  /** Id of the box looked at; empty: none. */
  readonly chosen: string;
  readonly choose: (id: string) => void;
}

export function FlowGraph({
  flow,
  label,
  choice = null,
}: {
  flow: Flow;
  label: string;
  choice?: Choice | null;
}) {
  const wide = useWide();
  const layout = useMemo(() => layoutOf(flow, wide), [flow, wide]);
  return (
    <svg
      className="flowgraph"
      viewBox={`0 0 ${String(layout.width)} ${String(layout.height)}`}
      style={wide ? { minWidth: layout.width * LEAST_SCALE } : undefined}
      role="list"
      aria-label={label}
    >
      <defs>
        <Arrow id="flow-arrow" className="arrow" />
        <Arrow id="flow-arrow-bad" className="arrow bad" />
      </defs>
      {layout.edges.map((placed) => (
        <Edge key={`${placed.edge.from} ${placed.edge.to}`} placed={placed} />
      ))}
      {layout.nodes.map((placed) => (
        <Node key={placed.node.id} placed={placed} choice={choice} />
      ))}
      {layout.edges.map((placed) => (
        <EdgeRate key={`${placed.edge.from} ${placed.edge.to}`} placed={placed} />
      ))}
    </svg>
  );
}

const Arrow = ({ id, className }: { id: string; className: string }) => (
  <marker
    id={id}
    viewBox="0 0 8 8"
    refX="6"
    refY="4"
    markerWidth="9"
    markerHeight="9"
    markerUnits="userSpaceOnUse"
    orient="auto"
  >
    <path className={className} d="M0 .5 7 4 0 7.5z" />
  </marker>
);

function Edge({ placed: { edge, path } }: { placed: PlacedEdge }) {
  const still = edge.rate === 0;
  return (
    <path
      className={`edge${edge.bad ? ' bad' : ''}${still ? ' still' : ''}`}
      d={path}
      strokeWidth={edgeWidth(edge.rate)}
      markerEnd={`url(#flow-arrow${edge.bad ? '-bad' : ''})`}
    />
  );
}

function EdgeRate({ placed: { edge, labelled, labelX, labelY } }: { placed: PlacedEdge }) {
  if (!labelled || edge.rate === null || edge.rate === 0) return null;
  const text = joined(rate(edge.rate));
  const width = text.length * 6.4 + 4;
  return (
    <g className="edgerate" aria-hidden="true">
      <rect x={labelX - width / 2} y={labelY - 11} width={width} height="14" />
      <text x={labelX} y={labelY} textAnchor="middle">
        {text}
      </text>
    </g>
  );
}

/** As many letters of the name as fit before the kind; of `type/name` the name stays, which tells it from its like. */
export function fitting(text: string, px: number, letterPx: number): string {
  const most = Math.floor(px / letterPx);
  if (text.length <= most) return text;
  const slash = text.indexOf('/');
  const head = most - 1 - (text.length - slash);
  return slash > 0 && head >= 2
    ? `${text.slice(0, head)}…${text.slice(slash)}`
    : `${text.slice(0, Math.max(1, most - 1))}…`;
}

function Node({ placed, choice }: { placed: PlacedNode; choice: Choice | null }) {
  const { node, x, y } = placed;
  const className = node.bad ? 'flownode bad' : 'flownode';
  const label = spoken(node);
  const transform = `translate(${String(x)} ${String(y)})`;
  if (choice === null)
    return (
      <g
        className={className}
        role="listitem"
        tabIndex={0}
        aria-label={label}
        transform={transform}
      >
        <title>{label}</title>
        <NodeBox placed={placed} />
      </g>
    );
  const choose = (): void => choice.choose(node.id);
  return (
    <g role="listitem" className={className} transform={transform}>
      <title>{label}</title>
      <NodeBox placed={placed} />
      <rect
        className="hit"
        width={placed.width}
        height={BOX.height}
        rx="4"
        role="button"
        tabIndex={0}
        aria-label={label}
        aria-pressed={choice.chosen === node.id}
        onClick={choose}
        onKeyDown={(event) => {
          if (event.key !== 'Enter' && event.key !== ' ') return;
          event.preventDefault();
          choose();
        }}
      />
    </g>
  );
}

const spoken = ({ kind, name, main, more, bad }: FlowNode): string =>
  [`${name} ${kind}: ${main}`, more, bad ? 'needs attention' : '']
    .filter((text) => text !== '')
    .join(', ');

function NodeBox({ placed: { node, width } }: { placed: PlacedNode }) {
  const filled = node.fill === null ? 0 : Math.max(2, node.fill * (width - 20));
  // The column tells the kind too: it goes where the name needs the room.
  const room = width - 26 - node.kind.length * 6;
  const both = width > SLIM_WIDTH && node.name.length * NAME_LETTER_PX <= room;
  const kind = both ? node.kind : '';
  return (
    <g aria-hidden="true">
      <rect className="box" width={width} height={BOX.height} rx="4" />
      <text x="10" y="19" className="name">
        {fitting(node.name, both ? room : width - 20, NAME_LETTER_PX)}
      </text>
      <text x={width - 10} y="19" textAnchor="end" className="kind">
        {kind}
      </text>
      <text x="10" y="37" className="main">
        {node.main}
      </text>
      <text x="10" y={node.fill === null ? 53 : 50} className="more">
        {fitting(node.more, width - 20, 6.05)}
      </text>
      {node.fill === null ? null : (
        <>
          <rect className="track" x="10" y="56" width={width - 20} height="3" />
          <rect className="fill" x="10" y="56" width={filled} height="3" />
        </>
      )}
      {node.bad ? (
        <g className="sign" transform={`translate(${String(width - 22)} 29)`}>
          <path d="M3.6.5h4.8l3.1 3.1v4.8l-3.1 3.1H3.6L.5 8.4V3.6z" />
          <path d="M6 3.2v3.3M6 8.6v.1" />
        </g>
      ) : null}
    </g>
  );
}
