import { describe, expect, it } from 'vitest';
import { any } from '../../config/schema.ts';
import { defineConnector } from '../component.ts';
import { EMPTY_PLAN, Graph, type GraphPlan, type PlannedPipeline } from './plan.ts';

const join = defineConnector({
  type: 'join',
  joins: [
    { from: 'traces', to: 'traces', stability: 'beta' },
    { from: 'traces', to: 'metrics', stability: 'beta' },
  ],
  forwards: true,
  config: any(),
  create: (_config, _settings, next) => next,
});

/** `[id, receivers, exporters]`; what begins with `join` is a connector. */
type Row = readonly [id: string, receivers: string, exporters: string];

function graphOf(...rows: readonly Row[]): Graph {
  const pipelines = rows.map(([id, receivers, exporters]): PlannedPipeline => ({
    id,
    signal: id.startsWith('metrics') ? 'metrics' : id.startsWith('logs') ? 'logs' : 'traces',
    receivers: receivers.split(' '),
    processors: [],
    exporters: exporters.split(' '),
  }));
  const ids = new Set(rows.flatMap(([, a, b]) => [...a.split(' '), ...b.split(' ')]));
  const connectors: GraphPlan['connectors'] = new Map(
    [...ids]
      .filter((id) => id.startsWith('join'))
      .map((id) => [id, { id, definition: join, config: {}, fingerprint: '' }]),
  );
  return new Graph({ ...EMPTY_PLAN, connectors, pipelines });
}

const CHAIN: readonly Row[] = [
  ['traces/last', 'join/2', 'c'],
  ['traces', 'otlp', 'join/1 a'],
  ['traces/mid', 'join/1', 'join/2 b'],
  ['logs', 'otlp', 'a'],
];

it('orders pipelines by the way of the data', () => {
  const ids = graphOf(...CHAIN).pipelines.map(({ id }) => id);
  expect(ids.indexOf('traces')).toBeLessThan(ids.indexOf('traces/mid'));
  expect(ids.indexOf('traces/mid')).toBeLessThan(ids.indexOf('traces/last'));
});

it('finds what is behind a pipeline, through connectors', () => {
  const graph = graphOf(...CHAIN);
  const behind = Object.fromEntries(
    graph.plan.pipelines.map((pipeline) => [
      pipeline.id,
      graph.exportersBehind(pipeline).map(({ id, signal }) => `${id} ${signal}`),
    ]),
  );
  expect(behind).toEqual({
    'traces/last': ['c traces'],
    traces: ['a traces', 'b traces', 'c traces'],
    'traces/mid': ['b traces', 'c traces'],
    logs: ['a logs'],
  });
});

it('takes pipelines that connectors join together, and no others', () => {
  const groups = graphOf(...CHAIN).groups();
  expect(groups.map((group) => group.map(({ id }) => id).toSorted())).toEqual(
    expect.arrayContaining([['traces', 'traces/last', 'traces/mid'], ['logs']]),
  );
  expect(groups).toHaveLength(2);
});

describe('an exporter is alone', () => {
  it.each<[what: string, rows: readonly Row[], alone: boolean]>([
    ['on one pipeline', [['traces', 'otlp', 'a']], true],
    [
      'on two pipelines',
      [
        ['traces', 'otlp', 'a'],
        ['traces/2', 'otlp', 'a'],
      ],
      true,
    ],
    ['not beside another', [['traces', 'otlp', 'a b']], false],
    [
      'not where one of its pipelines feeds another',
      [
        ['traces', 'otlp', 'a'],
        ['traces/2', 'otlp', 'a b'],
      ],
      false,
    ],
    [
      'not beside a connector with an exporter behind',
      [
        ['traces', 'otlp', 'a join/1'],
        ['metrics', 'join/1', 'm'],
      ],
      false,
    ],
    [
      'behind a connector',
      [
        ['traces', 'otlp', 'join/1'],
        ['traces/2', 'join/1', 'a'],
      ],
      true,
    ],
    [
      'whatever other pipelines of the receiver do',
      [
        ['traces', 'otlp', 'a'],
        ['traces/2', 'otlp', 'b c'],
      ],
      true,
    ],
  ])('%s', (_what, rows, alone) => {
    expect(graphOf(...rows).isAlone({ id: 'a', signal: 'traces' })).toBe(alone);
  });
});

it('makes one connector for each pair of signals that it joins', () => {
  const graph = graphOf(
    ['traces', 'otlp', 'join/1'],
    ['metrics', 'join/1', 'm'],
    ['traces/2', 'join/1', 'a'],
  );
  const [pipeline] = graph.plan.pipelines;
  expect(pipeline && graph.connectorsOf(pipeline)).toEqual([
    { id: 'join/1', from: 'traces', to: 'metrics' },
    { id: 'join/1', from: 'traces', to: 'traces' },
  ]);
  expect(graph.receivers()).toEqual(['otlp']);
  expect(graph.signalsOf('otlp')).toEqual(['traces']);
});
