// From a trace and the state in the URL to rows, runs and a painted canvas' scene. Each step is kept until what it
// depends on changes: scrolling and stepping through rows recompute nothing.

import { useMemo } from 'react';
import type { LogRow } from '../../../../../src/api/contract/logs.ts';
import type { TraceAnswer } from '../../../../../src/api/contract/traces.ts';
import { stretchesOf } from '../stretches.ts';
import { openByDefault } from './defaults.ts';
import { itemsReader, topNotes } from './items.ts';
import { rowsOf, topsOf, type Rows } from './rows.ts';
import { indexRuns, rowsWithRuns, runsOf, type RunIndex, type Runs } from './runs.ts';
import { treeOf, type Tree } from './tree.ts';

export interface ViewState {
  /** Ids of spans whose open state differs from the default. */
  readonly toggled: ReadonlySet<string>;
  readonly fold: boolean;
  readonly showLogs: boolean;
  /** Rows of one part only, -1: all. */
  readonly onlyPart: number;
  readonly wide: boolean;
  readonly indexOf: ReadonlyMap<string, number>;
}

export interface Model {
  readonly tree: Tree;
  readonly rows: Rows;
  readonly tops: Float64Array;
  readonly runs: Runs;
  readonly runIndex: RunIndex;
  /** 1 for rows that have time on the path. */
  readonly onPath: Uint8Array;
  readonly logs: ReadonlyArray<{
    readonly at: number;
    readonly level: string;
    readonly span: number;
    readonly line: LogRow;
  }>;
  /** By span, 1: open. */
  readonly isOpen: Uint8Array;
}

const ROW_PX = 24;
const NARROW_ROW_PX = 40;
/** More lines than this under one span would bury the tree; the panel has them all. */
const LINES_A_SPAN = 10;

export function useModel(trace: TraceAnswer, lines: readonly LogRow[], view: ViewState): Model {
  const { spans, notes } = trace;
  const tree = useMemo(() => treeOf(spans, stretchesOf(trace)), [spans, trace]);
  const { indexOf } = view;
  const logs = useMemo(() => placedLogs(trace, lines, indexOf), [trace, lines, indexOf]);
  const byDefault = useMemo(() => openByDefault(trace, tree), [trace, tree]);
  const { toggled, fold, showLogs, onlyPart } = view;
  const only = useMemo(() => spansOfPart(trace, onlyPart), [trace, onlyPart]);
  const isOpen = useMemo(
    () => toggledFrom(byDefault, toggled, indexOf),
    [byDefault, toggled, indexOf],
  );
  const items = useMemo(() => {
    const input = { spans, tree, notes, logs: showLogs ? logs : [], fold, only };
    return { itemsOf: itemsReader(input), topNotes: topNotes(input) };
  }, [spans, tree, notes, logs, showLogs, fold, only]);
  const rows = useMemo(() => {
    const openFolds = new Set<number>();
    for (const id of toggled)
      if (id.startsWith('x')) {
        const first = indexOf.get(id.slice(1));
        if (first !== undefined) openFolds.add(first);
      }
    return rowsOf({ spans, tree, ...items, isOpen, openFolds, only });
  }, [spans, tree, items, isOpen, toggled, only, indexOf]);
  const tops = useMemo(
    () => topsOf(rows.rows, view.wide ? ROW_PX : NARROW_ROW_PX, ROW_PX),
    [rows, view.wide],
  );
  const runs = useMemo(() => runsOf(trace, rows), [trace, rows]);
  const runIndex = useMemo(() => indexRuns(runs, rows.rows.length), [runs, rows]);
  const onPath = useMemo(() => rowsWithRuns(runs, rows.rows.length), [rows, runs]);
  return { tree, rows, tops, runs, runIndex, onPath, logs, isOpen };
}

/** What is open: the default, but for what was opened and closed since. */
function toggledFrom(
  byDefault: Uint8Array,
  toggled: ReadonlySet<string>,
  indexOf: ReadonlyMap<string, number>,
): Uint8Array {
  const isOpen = byDefault.slice();
  for (const id of toggled) {
    const span = indexOf.get(id);
    if (span !== undefined) isOpen[span] = 1 - (isOpen[span] ?? 0);
  }
  return isOpen;
}

function placedLogs(
  trace: TraceAnswer,
  lines: readonly LogRow[],
  indexOf: ReadonlyMap<string, number>,
): Model['logs'] {
  const start = BigInt(trace.start);
  const taken = new Map<number, number>();
  return lines.flatMap((line) => {
    const span = indexOf.get(line.spanId);
    if (span === undefined) return [];
    const count = (taken.get(span) ?? 0) + 1;
    taken.set(span, count);
    if (count > LINES_A_SPAN) return [];
    return [{ at: Number(BigInt(line.time) - start), level: line.level, span, line }];
  });
}

function spansOfPart(trace: TraceAnswer, part: number): ReadonlySet<number> | null {
  const chosen = trace.parts[part];
  if (chosen === undefined) return null;
  const spans = new Set<number>();
  for (const segment of stretchesOf(trace))
    if (segment.part === part)
      for (let at = segment.span; at >= 0 && !spans.has(at); at = trace.spans.parent[at] ?? -1)
        spans.add(at);
  return spans;
}
