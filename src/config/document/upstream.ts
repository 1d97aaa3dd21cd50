// What exists upstream, so that a configuration that names it gets an answer.

import type { ComponentKind } from './catalogue.ts';
import { UPSTREAM_EXPORTERS } from './upstream-exporters.ts';
import {
  UPSTREAM_CONNECTORS,
  UPSTREAM_EXTENSIONS,
  UPSTREAM_PROCESSORS,
} from './upstream-others.ts';
import type { UpstreamComponent, UpstreamTable } from './upstream-table.ts';
import { UPSTREAM_RECEIVERS } from './upstream-receivers.ts';

const TABLES: Readonly<Record<ComponentKind, UpstreamTable>> = {
  receiver: UPSTREAM_RECEIVERS,
  processor: UPSTREAM_PROCESSORS,
  exporter: UPSTREAM_EXPORTERS,
  connector: UPSTREAM_CONNECTORS,
  extension: UPSTREAM_EXTENSIONS,
};

export const upstreamTypes = (kind: ComponentKind): readonly string[] => Object.keys(TABLES[kind]);

export function nearestTo(kind: ComponentKind, type: string): UpstreamComponent | undefined {
  const table = TABLES[kind];
  return Object.hasOwn(table, type) ? table[type] : undefined;
}
