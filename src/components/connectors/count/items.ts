// The things that can be counted in a batch: where each stands, its own attributes, its scope and its resource.

import type { Signal } from '../../../base/signal.ts';
import {
  EXPONENTIAL_POINT,
  HISTOGRAM_POINT,
  LOG_RECORD,
  NUMBER_POINT,
  SPAN,
  SPAN_EVENT,
  SUMMARY_POINT,
} from '../../../otlp/fields.ts';
import type { IndexOf } from '../../../otlp/batch.ts';
import { LogIndex } from '../../../otlp/index/log-index.ts';
import type { MetricIndex } from '../../../otlp/index/metric-index.ts';
import { bytesTag, scan, scanField } from '../../../otlp/index/scan.ts';
import { TraceIndex } from '../../../otlp/index/trace-index.ts';
import type { CountConfig } from './config.ts';

export type Section = Exclude<keyof CountConfig, 'profiles'>;

export const SECTIONS: Readonly<Record<Signal, readonly Section[]>> = {
  traces: ['spans', 'spanevents'],
  metrics: ['metrics', 'datapoints'],
  logs: ['logs'],
};

/** `field`: number of the attributes in the message `bytes[from, to)`; 0 where it has none. */
export type Visit = (
  section: Section,
  from: number,
  to: number,
  field: number,
  resource: number,
  scope: number,
) => void;

const EVENT = bytesTag(SPAN.events);
const POINT_ATTRIBUTES = [
  0,
  NUMBER_POINT.attributes,
  NUMBER_POINT.attributes,
  HISTOGRAM_POINT.attributes,
  EXPONENTIAL_POINT.attributes,
  SUMMARY_POINT.attributes,
] as const;

export function visitItems(bytes: Uint8Array, index: IndexOf[Signal], visit: Visit): void {
  if (index instanceof TraceIndex) visitSpans(bytes, index, visit);
  else if (index instanceof LogIndex) visitRecords(index, visit);
  else visitMetrics(index, visit);
}

function visitSpans(bytes: Uint8Array, index: TraceIndex, visit: Visit): void {
  for (let span = 0; span < index.count; span++) {
    const from = index.start[span] ?? 0;
    const to = index.end[span] ?? 0;
    const resource = index.resource[span] ?? 0;
    const scope = index.scope[span] ?? 0;
    visit('spans', from, to, SPAN.attributes, resource, scope);
    let next = from;
    for (let at = from; at < to; at = next) {
      scanField(bytes, at, to);
      next = scan.end;
      if (scan.tag === EVENT) {
        visit('spanevents', scan.start, next, SPAN_EVENT.attributes, resource, scope);
      }
    }
  }
}

function visitRecords(index: LogIndex, visit: Visit): void {
  for (let record = 0; record < index.count; record++) {
    const resource = index.resource[record] ?? 0;
    const scope = index.scope[record] ?? 0;
    const from = index.start[record] ?? 0;
    visit('logs', from, index.end[record] ?? 0, LOG_RECORD.attributes, resource, scope);
  }
}

function visitMetrics(index: MetricIndex, visit: Visit): void {
  const { metrics } = index;
  for (let metric = 0; metric < metrics.count; metric++) {
    const resource = metrics.resource[metric] ?? 0;
    const scope = metrics.scope[metric] ?? 0;
    visit('metrics', 0, 0, 0, resource, scope);
    const field = POINT_ATTRIBUTES[metrics.type[metric] ?? 0] ?? 0;
    const first = metrics.firstPoint[metric] ?? 0;
    for (let point = first; point < first + (metrics.points[metric] ?? 0); point++) {
      visit('datapoints', index.start[point] ?? 0, index.end[point] ?? 0, field, resource, scope);
    }
  }
}
