// What must be toggled so that a span is visible: closed spans above it and the fold around it. A span that is itself
// a member of a closed fold is shown by the fold's row.

import type { TraceSpans } from '../../../../../src/api/contract/traces.ts';
import { ancestorsOf } from './tree.ts';
import type { Model } from './use-scene.ts';

export function hiding(
  spans: TraceSpans,
  model: Pick<Model, 'rows' | 'isOpen'>,
  span: number,
): string[] {
  const { rows, rowOf, memberOf } = model.rows;
  const row = rows[rowOf[span] ?? -1];
  if (row === undefined || row.kind === 'note' || row.kind === 'log') return [];
  if (row.kind === 'span' ? row.span === span : memberOf[span] === span) return [];
  const keys = ancestorsOf(spans, span)
    .filter((up) => model.isOpen[up] !== 1)
    .map((up) => spans.spanId[up] ?? '');
  if (row.kind === 'fold') keys.push(`x${spans.spanId[row.span] ?? ''}`);
  return keys;
}
