import { act } from 'react';
import { createRoot, type Root } from 'react-dom/client';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { PipelineGraph } from '../../../../src/api/contract/status.ts';
import { edgesOf, graph, manyPipelines, nodeOf } from '../../../dev/fixtures/graph.ts';
import { status } from '../../../dev/fixtures/status.ts';
import { across } from './across.ts';
import { fitting } from './flow-graph.tsx';
import { GraphBox } from './graph-box.tsx';
import { graphFlowOf, isBad, queueShare } from './graph-flow.ts';
import { columnsOf } from './layers.ts';
import { BOX } from './placed.ts';
import { badSignals, troublesOf } from './trouble.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

const line = (text: string): { from: string; to: string } => {
  const [from = '', to = ''] = text.split('>');
  return { from, to };
};

describe('columns', () => {
  test.each([
    [
      ['a>b', 'b>c'],
      ['a', 'b', 'c'],
    ],
    // A short way's end stands in the last column too.
    [
      ['a>b', 'b>c', 'a>d'],
      ['a', 'b', 'cd'],
    ],
    [
      ['a>d', 'a>b', 'b>c', 'c>d'],
      ['a', 'b', 'c', 'd'],
    ],
    [
      ['x>m', 'a>b', 'b>m', 'm>z'],
      ['xa', 'b', 'm', 'z'],
    ],
    [[], []],
  ])('of %j', (lines, columns) => {
    expect(columnsOf(lines.map(line)).map((names) => names.join(''))).toEqual(columns);
  });
});

describe('a drawing', () => {
  const drawn = (of: PipelineGraph) => across(graphFlowOf(of, status('busy'), 'traces').flow);

  test.each([
    ['several pipelines', graph()],
    ['one', manyPipelines(1)],
    ['forty', manyPipelines(13)],
  ])('of %s has boxes beside each other, inside it', (_name, of) => {
    const { nodes, width, height } = drawn(of);
    expect(nodes.length).toBeGreaterThan(3);
    for (const [at, a] of nodes.entries()) {
      expect(a.x).toBeGreaterThanOrEqual(0);
      expect(a.x + a.width).toBeLessThanOrEqual(width);
      expect(a.y).toBeGreaterThanOrEqual(0);
      expect(a.y + BOX.height).toBeLessThanOrEqual(height);
      for (const b of nodes.slice(at + 1)) {
        const apart = Math.abs(a.x - b.x) >= a.width || Math.abs(a.y - b.y) >= BOX.height;
        expect(apart, `${a.node.id} and ${b.node.id}`).toBe(true);
      }
    }
  });

  test('every line of the configuration is drawn once', () => {
    const of = graph();
    const { edges } = drawn(of);
    const wanted = of.edges.filter(({ pipeline }) => pipeline.startsWith('traces'));
    expect(edges).toHaveLength(wanted.length);
    expect(new Set(edges.map(({ path }) => path)).size).toBe(wanted.length);
  });

  test('a line that passes a column goes between its boxes', () => {
    const of = {
      ...graph(),
      edges: edgesOf(
        'traces',
        ['receiver:traces/otlp'],
        ['processor:traces/memory_limiter', 'processor:traces/batch'],
        ['exporter:traces/store'],
      ).concat(
        edgesOf(
          'traces/partner',
          ['receiver:traces/otlp'],
          [],
          ['exporter:traces/otlp_http/backup'],
        ),
      ),
    };
    const { nodes, edges } = drawn(of);
    const passes = edges.find(({ edge }) => edge.to.endsWith('backup'))?.path ?? '';
    const heights = [...passes.matchAll(/ (\d+)H/gu)].map(([, y]) => Number(y));
    expect(heights).toHaveLength(2);
    const middle = nodes.filter(({ node }) => node.kind === 'processor');
    expect(middle).toHaveLength(2);
    for (const { y } of middle)
      for (const at of heights) expect(at < y || at > y + BOX.height).toBe(true);
  });
});

describe('boxes', () => {
  const boxes = graphFlowOf(graph(), status('busy'), 'traces').flow.columns.flat();
  const metrics = graphFlowOf(graph(), status('busy'), 'metrics').flow.columns.flat();

  test.each([
    ['receiver:traces/otlp', '3,482 spans/s', 'grpc :4317, http :4318', false],
    ['processor:traces/partner/tail_sampling', '431 spans/s', 'keeps 12 %', false],
    ['exporter:traces/otlp_grpc/partner', '0 spans/s', '64 %, full in 12 min', true],
    ['exporter:traces/otlp_http/memory', '3,482 spans/s', 'queue 100 % of 60', true],
    ['connector:traces→metrics/span_metrics', '12.0 points/s', 'traces → metrics', false],
  ])('%s says %s, %s', (id, main, more, bad) => {
    const found = boxes.find((box) => box.id === id);
    const plain = (text: string | undefined) => text?.replaceAll('\u202f', ' ');
    expect([plain(found?.main), plain(found?.more), found?.bad]).toEqual([main, more, bad]);
  });

  test('a connector stands at the end of one signal and at the beginning of the other', () => {
    const { columns } = graphFlowOf(graph(), status('busy'), 'traces').flow;
    expect(columns.at(-1)?.map(({ name }) => name)).toContain('span_metrics');
    expect(metrics.slice(0, 2).map(({ name }) => name)).toContain('span_metrics');
  });

  test.each([
    ['batch', 'batch'],
    ['otlp_http/partner', 'otlp…/partner'],
    ['probabilistic_sampler', 'probabilisti…'],
    ['otlp_http/a_very_long_name', 'otlp_http/a_…'],
  ])('%s fits as %s', (name, text) => {
    expect(fitting(name, 130, 10)).toBe(text);
  });
});

describe('what is wrong', () => {
  test('comes first when it is lost, then when it is about to be', () => {
    expect(troublesOf(graph()).map(({ title, severity }) => [title, severity])).toEqual([
      ['Configuration', 'error'],
      ['otlp_http/memory', 'error'],
      ['otlp_grpc/partner', 'error'],
      ['otlp_http/strict', 'warn'],
      ['metrics', 'warn'],
    ]);
  });

  test('says what waits, how long there is room, and what to do', () => {
    const partner = troublesOf(graph()).find(({ title }) => title === 'otlp_grpc/partner');
    expect(partner?.text.replaceAll('\u202f', ' ')).toBe(
      'partner:4317 answers UNAVAILABLE: connection refused. 541,321 spans wait, its queue is 64 % full and lasts another 12 min at this rate.',
    );
    expect(partner?.fix).toBe('It is tried again in 12.4 s; nothing is lost.');
  });

  test('names the command for what is set aside', () => {
    const strict = troublesOf(graph()).find(({ title }) => title === 'otlp_http/strict');
    expect(strict?.fix).toContain('throughline dead-letters resend otlp_http/strict');
    expect(strict?.text).toContain('HTTP 400: no such tenant');
  });

  test('is nothing where all is well; a policy that drops is well', () => {
    const dropping = nodeOf('processor', 'x', ['traces'], { dropped: 5 });
    expect(isBad(dropping)).toBe(false);
    const well: PipelineGraph = { ...graph(), nodes: [dropping], pipelines: [], reload: null };
    expect(troublesOf(well)).toEqual([]);
    expect(badSignals(well)).toEqual([]);
    expect(badSignals(graph())).toEqual(['traces', 'metrics']);
  });

  test.each([
    [{ size: 30, capacity: 60 }, 0.5],
    [{ size: 30, capacity: null, diskBytes: 1, diskLimitBytes: 4 }, 0.25],
    [{ size: 90, capacity: 60 }, 1],
    [{ size: 0, capacity: 0, diskLimitBytes: 0 }, 0],
  ])('a queue of %j is %s full', (more, share) => {
    const { queue } = nodeOf('exporter', 'x', ['traces']);
    if (queue === null) throw new Error('an exporter has a queue');
    expect(queueShare({ ...queue, ...more })).toBe(share);
  });
});

describe('the page', () => {
  const box = document.createElement('div');
  let root: Root;
  beforeEach(() => {
    window.history.replaceState(null, '', '/pipelines');
    document.body.append(box);
    root = createRoot(box);
  });
  afterEach(() => {
    act(() => root.unmount());
    box.remove();
  });
  const show = (of: PipelineGraph, signal: 'traces' | 'logs' = 'traces'): void =>
    act(() => root.render(<GraphBox graph={of} status={status('busy')} signal={signal} />));

  test('a box opens its component by the keyboard, Escape closes it', () => {
    show(graph());
    const [partner] = box.querySelectorAll<SVGGElement>('[aria-label^="otlp_grpc/partner"]');
    const press = (key: string, on: Element | Document): void =>
      act(() => void on.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true })));
    if (partner === undefined) throw new Error('there is no such box');
    press('Enter', partner);
    const detail = box.querySelector('#node');
    expect(detail?.textContent).toContain('partner:4317 answers UNAVAILABLE');
    expect(detail?.textContent).toContain('412 times since it was last well');
    expect(new URLSearchParams(window.location.search).get('node')).toBe(
      'exporter:traces/otlp_grpc/partner',
    );
    press('Escape', document);
    expect(box.querySelector('#node')).toBeNull();
  });

  test('a signal without pipelines says how to add one', () => {
    show(graph(), 'logs');
    expect(box.textContent).toContain('No pipeline takes logs');
    expect(box.textContent).toContain('pipelines for traces, metrics');
  });

  test('more than can be drawn stand pipeline by pipeline, the faulty first and open', () => {
    show(manyPipelines(100));
    const lanes = [...box.querySelectorAll<HTMLDetailsElement>('.lane')];
    expect(lanes).toHaveLength(100);
    expect(lanes[0]?.textContent).toContain('tenant99');
    expect(lanes.map(({ open }) => open)).toEqual([true, ...lanes.slice(1).map(() => false)]);
  });

  test('a name in the list of what is wrong leads to its component', () => {
    show(graph());
    const name = [...box.querySelectorAll('button')].find(
      (button) => button.textContent === 'otlp_http/memory',
    );
    act(() => name?.click());
    expect(box.querySelector('#node')?.textContent).toContain('5,140');
  });
});
