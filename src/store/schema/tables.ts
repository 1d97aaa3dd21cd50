// All tables of schema version 1.

import { logs } from './logs.ts';
import {
  exemplars,
  metricExponentialHistograms,
  metricHistograms,
  metricSamples,
  metricSeries,
  metricSummaries,
} from './metrics.ts';
import {
  endpointMinutes,
  operationMinutes,
  pathMinutes,
  serviceMinutes,
  traces,
  waitMinutes,
} from './pass-tables.ts';
import {
  attributeKeys,
  attributeValues,
  logStreams,
  resources,
  scopes,
  services,
  traceTimes,
} from './side-tables.ts';
import { spans } from './spans.ts';
import type { Table } from './table.ts';

/** Raised by every change of what is on disk, together with a migration. */
export const SCHEMA_VERSION = 1;

export const TABLES: readonly Table[] = [
  spans,
  logs,
  metricSamples,
  metricHistograms,
  metricExponentialHistograms,
  metricSummaries,
  exemplars,
  metricSeries,
  resources,
  scopes,
  logStreams,
  traceTimes,
  services,
  attributeKeys,
  attributeValues,
  traces,
  serviceMinutes,
  endpointMinutes,
  operationMinutes,
  pathMinutes,
  waitMinutes,
];

/** Names of indexes that no insert builds; the same name is late wherever it stands. */
export const LATE_INDEXES: readonly string[] = [
  ...new Set(
    TABLES.flatMap(({ indexes = [] }) => indexes).flatMap((index) =>
      index.late === true ? [index.name] : [],
    ),
  ),
];
