// New revisions of traces that got spans late: their spans are read again, all of them, and the row is written anew into
// the slice of the first. Roll-ups stay as they were.

import type { Engine } from '../../store/contract.ts';
import { buildForest } from './forest.ts';
import { Intake, traceIdText, wordsOf } from './intake.ts';
import { NameCache } from './name-cache.ts';
import type { NameLimit } from './name-limit.ts';
import { type PassBlock, traceBlock } from './pass-blocks.ts';
import { readRevisions, readTraces } from './read-spans.ts';
import { Sampling } from './sampling.ts';
import { summarize, type Revision } from './summarize.ts';

interface Known extends Revision {
  readonly slice: number;
}

export async function reviseLate(
  ids: readonly string[],
  { engine, signal }: { readonly engine: Engine; readonly signal: AbortSignal },
  names: NameLimit,
): Promise<PassBlock[]> {
  const known = new Map<string, Known>();
  for await (const block of readRevisions(engine, ids, signal)) {
    const words = wordsOf(block.columns.get('TraceId'));
    const slices = wordsOf(block.columns.get('LastSlice'));
    const revisions = wordsOf(block.columns.get('LastRevision'));
    const weights = block.columns.get('Weight');
    for (let row = 0; row < block.rows; row++)
      known.set(traceIdText(words, row), {
        slice: slices[row] ?? 0,
        number: (revisions[row] ?? 0) + 1,
        weight: weights?.kind === 'f64' ? (weights.values[row] ?? 1) : 1,
      });
  }
  if (known.size === 0) return [];
  const intake = new Intake({ sampling: new Sampling(), onLate: () => undefined });
  for await (const block of readTraces(engine, [...known.keys()], signal))
    intake.take(block, () => 0, false);
  const { open, strings } = intake;
  const traces = Array.from({ length: open.limit }, (_, trace) => trace);
  const revisions = traces.map((trace) => {
    const of = known.get(traceIdText(open.ids, trace));
    open.slices[trace] = of?.slice ?? 0;
    return { number: of?.number ?? 1, weight: of?.weight ?? 1 };
  });
  const forest = buildForest(open, traces, strings.strings);
  const cache = new NameCache(strings, names);
  const summary = summarize({ forest, open, strings, names: cache, revisions });
  const block = traceBlock(summary, strings.strings);
  return block === undefined ? [] : [block];
}
