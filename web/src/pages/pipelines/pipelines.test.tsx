import { act } from 'react';
import { createRoot } from 'react-dom/client';
import { describe, expect, test, vi } from 'vitest';
import type {
  ComponentRow,
  Finding,
  PipelinesAnswer,
} from '../../../../src/api/contract/status.ts';
import { status } from '../../../dev/fixtures/status.ts';
import { Accounting, unexplained } from './accounting.tsx';
import { areaPath } from './area-path.ts';
import { sortedFindings } from './findings.tsx';
import { edgeWidth, layoutOf } from './flow-layout.ts';
import { flowOf, rateWords } from './flow.ts';
import { BOX } from './placed.ts';
import { noted, rateOf } from './meter.ts';

vi.stubGlobal('IS_REACT_ACT_ENVIRONMENT', true);

const component = (more: Partial<ComponentRow>): ComponentRow => ({
  id: 'otlp',
  kind: 'receiver',
  signal: 'traces',
  in: 100,
  out: 100,
  dropped: 0,
  failed: 0,
  waiting: 0,
  reason: '',
  ...more,
});

describe('the accounting', () => {
  test.each([
    [component({}), 0],
    [component({ out: 60, dropped: 10, failed: 20, waiting: 10 }), 0],
    [component({ out: 60, dropped: 10 }), 30],
    [component({ out: 103 }), -3],
  ])('%#', (row, missing) => {
    expect(unexplained(row)).toBe(missing);
  });

  test('says what it cannot explain, and only of the signal shown', () => {
    const box = document.createElement('div');
    const root = createRoot(box);
    act(() =>
      root.render(
        <Accounting
          components={[
            component({ out: 60, dropped: 10 }),
            component({ id: 'store', signal: 'logs' }),
          ]}
          signal="traces"
          since="11:04"
        />,
      ),
    );
    expect(box.querySelectorAll('tbody tr')).toHaveLength(1);
    expect(box.textContent).toContain('30 unexplained');
    expect(box.textContent).toContain('Every span since 11:04');
    act(() => root.unmount());
  });
});

describe('rates from counters', () => {
  test('are the growth between the first and the last reading', () => {
    let readings = noted([], { atMs: 0, counts: { a: 100 } });
    expect(rateOf(readings, 'a')).toBeNull();
    readings = noted(readings, { atMs: 2_000, counts: { a: 300 } });
    expect(rateOf(readings, 'a')).toBe(100);
    readings = noted(readings, { atMs: 11_000, counts: { a: 400 } });
    expect(readings).toHaveLength(2);
    expect(rateOf(readings, 'a')).toBeCloseTo(11.1, 1);
    expect(rateOf(readings, 'unknown')).toBe(0);
  });

  test('are not known when a counter began anew', () => {
    const readings = noted([{ atMs: 0, counts: { a: 100 } }], { atMs: 1_000, counts: { a: 1 } });
    expect(rateOf(readings, 'a')).toBeNull();
  });
});

const answerOf = (peers: number): PipelinesAnswer => ({
  sentence: { lead: 'Nothing is lost.', rest: '' },
  status: status('busy'),
  components: [],
  peers: Array.from({ length: peers }, (_, at) => ({
    peer: `10.0.0.${String(at)}`,
    signal: 'traces' as const,
    transport: 'grpc',
    received: 100 - at,
    refused: 0,
    repeated: 0,
    requests: 1,
    bytes: 1,
    lastAt: null,
  })),
  findings: [],
  throughput: { traces: [], metrics: [], logs: [] },
});

describe('the flow', () => {
  test('leads from senders to the trace pass, for logs to the store', () => {
    const ids = (signal: 'traces' | 'logs'): string[][] =>
      flowOf(answerOf(1), status('busy'), signal, []).columns.map((column) =>
        column.map(({ id }) => id),
      );
    expect(ids('traces').slice(1)).toEqual([['otlp'], ['log'], ['store'], ['pass']]);
    expect(ids('logs')).toEqual([['none'], ['otlp'], ['log'], ['store']]);
  });

  test('many senders are one box', () => {
    const { columns } = flowOf(answerOf(40), status('busy'), 'traces', []);
    expect(columns[0]).toHaveLength(4);
    expect(columns[0]?.at(-1)?.name).toBe('37 more senders');
  });

  test('is red where the engine is down', () => {
    const down = { ...status('busy'), engine: { state: 'restarting' as const, text: 'restarts' } };
    const flow = flowOf(answerOf(1), down, 'traces', []);
    expect(flow.columns[3]?.[0]?.bad).toBe(true);
    expect(flow.edges.find(({ to }) => to === 'store')?.bad).toBe(true);
  });

  test.each([true, false])('boxes do not lie over each other (wide: %s)', (wide) => {
    for (const peers of [0, 1, 2, 4, 40]) {
      const { nodes, width, height } = layoutOf(
        flowOf(answerOf(peers), status('busy'), 'traces', []),
        wide,
      );
      for (const [at, a] of nodes.entries()) {
        expect(a.x).toBeGreaterThanOrEqual(0);
        expect(a.x + a.width).toBeLessThanOrEqual(width);
        expect(a.y + BOX.height).toBeLessThanOrEqual(height);
        for (const b of nodes.slice(at + 1)) {
          const apart =
            a.x + a.width <= b.x ||
            b.x + b.width <= a.x ||
            a.y + BOX.height <= b.y ||
            b.y + BOX.height <= a.y;
          expect(apart, `${a.node.id} and ${b.node.id} of ${String(peers)}`).toBe(true);
        }
      }
    }
  });

  test('lines are as thick as the logarithm of what flows', () => {
    expect(edgeWidth(0)).toBe(1);
    expect(edgeWidth(null)).toBe(1);
    expect(edgeWidth(3_482)).toBeCloseTo(3.7, 1);
  });

  test.each([
    [3_482, '3,482 spans/s'],
    [0.05, '3 spans/min'],
    [0, '0 spans/s'],
    [null, '– spans/s'],
  ])('%s reads %s', (perSecond, text) => {
    expect(rateWords(perSecond, 'spans')).toBe(text);
  });
});

test('an area begins and ends on the base line', () => {
  expect(areaPath([0, 2, 1], 2, 100, 30)).toBe('M0 30L0.0 30.0L50.0 2.0L100.0 16.0L100 30Z');
  expect(areaPath([0, 0], 0, 100, 30)).toBe('');
});

test('the worst finding comes first', () => {
  const finding = (code: string, severity: Finding['severity'], count: number): Finding => ({
    code,
    severity,
    peer: '',
    text: '',
    fix: '',
    count,
    firstAt: '0',
    lastAt: '0',
  });
  const all = [
    finding('A', 'info', 9),
    finding('B', 'warn', 1),
    finding('C', 'error', 1),
    finding('D', 'error', 5),
  ];
  expect(sortedFindings(all).map(({ code }) => code)).toEqual(['D', 'C', 'B', 'A']);
});
