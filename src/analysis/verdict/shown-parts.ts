// The parts table: at most eight rows that add up. Large parts stand alone; what is left of waiting on the same outside
// peer is put together, then all else into one rest. Times are rounded in one unit, shares to tenths of a percent, both by
// largest remainder, so that the columns sum to the total shown and to 100.0.

import type { SpanTree } from '../terms/span-tree.ts';
import type { Part, PartKind, PartsOfPath } from './parts.ts';
import { roundToSum, sharesInPerMille, sumUnit, type SumUnit } from './rounding.ts';
import { countText, peerText, shortName } from './words.ts';

const ROWS_MAX = 8;
/** A part stands alone from this share on. */
const ALONE_SHARE = 0.03;
/** Small waits on one peer are told together from this share on. */
const TOGETHER_SHARE = 0.01;

export interface ShownPart {
  readonly kind: PartKind;
  /** What it says: `Waiting for api.example, two attempts`. */
  readonly text: string;
  /** Where it was, for a tooltip: `payment-service, POST /v1/charges`. */
  readonly where: string;
  readonly service: string;
  /** As the caller named it; empty: nobody. */
  readonly peer: string;
  readonly operation: string;
  readonly nanos: number;
  /** In steps of the table's unit. */
  readonly shownSteps: number;
  /** Tenths of a percent. */
  readonly sharePerMille: number;
  readonly calls: number;
  /** Indexes of spans that make it up, in order of time, at most 1,000. */
  readonly spans: readonly number[];
}

export interface PartsTable {
  readonly rows: readonly ShownPart[];
  readonly unit: SumUnit;
  readonly totalSteps: number;
  /** By stretch of the path, the row it is in. */
  readonly rowOf: Int32Array;
}

interface Row {
  readonly kind: PartKind;
  readonly text: string;
  readonly where: string;
  readonly parts: readonly Part[];
  readonly lead: Part | undefined;
  nanos: number;
}

export function partsTable(
  tree: SpanTree,

  { parts, partOf }: PartsOfPath,
  totalNanos: number,
): PartsTable {
  const rows = chooseRows(tree, parts, totalNanos);
  const unit = sumUnit(totalNanos);
  const steps = roundToSum(
    rows.map((row) => row.nanos),
    unit.step,
  );
  const shares = sharesInPerMille(rows.map((row) => row.nanos));
  const rowOfPart = new Map<Part, number>();
  for (const [i, row] of rows.entries()) for (const part of row.parts) rowOfPart.set(part, i);
  const { strings } = tree.columns;
  return {
    rows: rows.map((row, i) => ({
      kind: row.kind,
      text: row.text,
      where: row.where,
      service: strings[row.lead?.service ?? 0] ?? '',
      peer: strings[row.lead?.peer ?? 0] ?? '',
      operation: strings[row.lead?.operation ?? 0] ?? '',
      nanos: row.nanos,
      shownSteps: steps[i] ?? 0,
      sharePerMille: shares[i] ?? 0,
      calls: row.parts.reduce((sum, part) => sum + part.calls, 0),
      spans: spansOf(row.parts, tree),
    })),
    unit,
    totalSteps: steps.reduce((sum, value) => sum + value, 0),
    rowOf: partOf.map((index) => {
      const part = parts[index];
      return part === undefined ? -1 : (rowOfPart.get(part) ?? -1);
    }),
  };
}

const SPANS_MAX = 1_000;

function spansOf(parts: readonly Part[], { starts }: SpanTree): number[] {
  const spans = new Set<number>();
  for (const part of parts)
    for (const span of part.spans) {
      if (spans.size >= SPANS_MAX) break;
      spans.add(span);
    }
  return [...spans].sort((a, b) => (starts[a] ?? 0) - (starts[b] ?? 0));
}

function chooseRows(tree: SpanTree, parts: readonly Part[], totalNanos: number): Row[] {
  const sorted = [...parts].filter((part) => part.nanos > 0).sort((a, b) => b.nanos - a.nanos);
  const alone = sorted
    .filter((part) => part.nanos >= totalNanos * ALONE_SHARE)
    .slice(0, ROWS_MAX - 2);
  let left = sorted.filter((part) => !alone.includes(part));
  const rows = alone.map((part) => row(tree, part.kind, [part], textOf(tree, part), false));
  for (const peer of new Set(left.filter(isOutsideWait).map((part) => part.peer))) {
    const together = left.filter((part) => isOutsideWait(part) && part.peer === peer);
    const nanos = together.reduce((sum, part) => sum + part.nanos, 0);
    if (rows.length >= ROWS_MAX - 1 || nanos < totalNanos * TOGETHER_SHARE) continue;
    const isOther = alone.some((part) => part.peer === peer);
    rows.push(row(tree, 'wait', together, togetherText(tree, together, isOther), true));
    left = left.filter((part) => !together.includes(part));
  }
  rows.sort((a, b) => b.nanos - a.nanos);
  const [only] = left;
  if (left.length === 1 && only !== undefined)
    rows.push(row(tree, only.kind, left, textOf(tree, only), false));
  else if (left.length > 0) rows.push(row(tree, 'rest', left, restText(left), true));
  return rows;
}

const isOutsideWait = (part: Part): boolean =>
  part.kind === 'wait' && !part.edge && part.peer !== 0;

function row(
  { columns: { strings } }: SpanTree,
  kind: PartKind,
  parts: readonly Part[],
  text: string,
  many: boolean,
): Row {
  const lead = kind === 'rest' ? undefined : parts[0];
  const services = [...new Set(parts.map((part) => strings[part.service] ?? ''))];
  const operation = many ? '' : (strings[lead?.operation ?? 0] ?? '');
  const where = [services.slice(0, 3).join(', '), operation].filter(Boolean).join(', ');
  const nanos = parts.reduce((sum, part) => sum + part.nanos, 0);
  return { kind, text, where, parts, lead, nanos };
}

function textOf({ columns: { strings } }: SpanTree, part: Part): string {
  const service = shortName(strings[part.service] ?? '');
  const peer = shortName(peerText(strings[part.peer] ?? ''));
  const operation = shortName(strings[part.operation] ?? '');
  const many = part.calls > 1;
  switch (part.kind) {
    case 'wait':
      if (part.edge) return `Network and queues between ${service} and ${peer}`;
      if (peer === '') return `Waiting in ${operation}, other side not named`;
      if (part.attempts >= 0 && many)
        return `Waiting for ${peer}, ${countText(part.calls)} attempts`;
      return `Waiting for ${peer}, ${many ? `${countText(part.calls)} × ` : ''}${operation}`;
    case 'sleep':
      return many || part.stretches > 1
        ? 'Sleeping between the attempts'
        : 'Sleeping between the two attempts';
    case 'serial':
      return `${part.calls.toLocaleString('en-US')} × ${operation}, one after another`;
    case 'none':
      return `Not covered by any span, in ${service}`;
    case 'own':
    case 'rest':
      return `${service}, ${operation}`;
  }
}

function togetherText(
  { columns: { strings } }: SpanTree,
  parts: readonly Part[],
  isOther: boolean,
): string {
  const peer = shortName(peerText(strings[parts[0]?.peer ?? 0] ?? ''));
  const calls = parts.reduce((sum, part) => sum + part.calls, 0);
  if (calls === 1) return `${peer}, one ${isOther ? 'other ' : ''}call`;
  return `${peer}, ${isOther ? 'the other ' : ''}${calls.toLocaleString('en-US')} calls`;
}

function restText(parts: readonly Part[]): string {
  const services = new Set(parts.map((part) => part.service)).size;
  const where = `${services} ${services === 1 ? 'service' : 'services'}`;
  const kinds = new Set(parts.map((part) => (part.edge ? 'edge' : part.kind)));
  if (kinds.has('serial') || kinds.has('none') || kinds.has('sleep'))
    return `Many small parts, ${where}`;
  return kinds.has('wait')
    ? `Own work, network and short waits, ${where}`
    : `Own work and network, ${where}`;
}
