// Holds what is stored against what a Load made: each span, record and point is there, once.

import { expect } from 'vitest';
import type { Load } from './load.ts';
import type { Stored } from './stored.ts';

/** The rest are histograms: two of eight metrics, see bench/generate/metrics.ts. */
const SAMPLES_SHARE = 6 / 8;

export async function expectRows(stored: Stored, { sent }: Load): Promise<void> {
  const spans = sent.traces.items;
  const samples = sent.metrics.items * SAMPLES_SHARE;
  const histograms = sent.metrics.items - samples;
  expect(await stored.numbers('SELECT count(), uniqExact(TraceId, SpanId) FROM spans')).toEqual([
    spans,
    spans,
  ]);
  expect(
    await stored.numbers('SELECT count(), uniqExact(Time, Body, Attributes) FROM logs'),
  ).toEqual([sent.logs.items, sent.logs.items]);
  for (const [table, rows] of [
    ['metric_samples', samples],
    ['metric_histograms', histograms],
  ] as const) {
    const [count, once] = await stored.numbers(
      `SELECT count(), uniqExact(SeriesId, Time) FROM ${table}`,
    );
    expect({ table, count, once }).toEqual({ table, count: rows, once: rows });
  }
}
