// Makes the decision on a trace: shows its spans to the policies, remembers what came of it, and chooses its spans in the
// requests that hold them. Reads requests back whose bytes were let go.

import { type Clock, pause } from '../../../pipeline/clock.ts';
import type { ProcessorSettings } from '../../../pipeline/component.ts';
import { type Buffer, runOf, sizeOfGroup } from './buffer.ts';
import { type DecidedTraces, LEFT_OUT } from './decided-traces.ts';
import type { DecisionJournal } from './decision-journal.ts';
import type { Evaluator } from './evaluator.ts';
import type { HeldBatch } from './held-batch.ts';
import type { Meters } from './meters.ts';
import type { Outbox } from './outbox.ts';
import type { TraceFacts } from './policies/policy.ts';
import { Thinner } from './thinned.ts';
import { NO_ROW } from './trace-table.ts';

const MS_PER_SECOND = 1000;

export interface DeciderParts {
  readonly buffer: Buffer;
  readonly evaluator: Evaluator;
  readonly decided: DecidedTraces;
  readonly journal: DecisionJournal;
  readonly meters: Meters;
  readonly outbox: Outbox;
  readonly clock: Clock;
  readonly settings: Pick<ProcessorSettings, 'readBack' | 'telemetry' | 'logger'>;
  /** Of requests that are read back for a while. */
  readonly loadBytes: number;
}

interface Piece {
  readonly number: number;
  readonly group: number;
}

export class Decider {
  readonly #parts: DeciderParts;
  readonly #thinner = new Thinner();
  /** Id and sizes of the trace at hand. */
  readonly #facts: TraceFacts = { idBytes: new Uint8Array(16), idAt: 0, spans: 0, bytes: 0 };
  readonly #idView = new DataView(this.#facts.idBytes.buffer);
  /** Numbers of batches in which spans were chosen, or whose last traces were decided. */
  readonly #touched = new Set<number>();
  /** What was read back and is still here. */
  #brought: HeldBatch[] = [];
  #isBusy = false;
  #stopped = false;

  constructor(parts: DeciderParts) {
    this.#parts = parts;
  }

  /** A trace whose spans are all here. @param preset the decision, where it is made already. */
  decide(row: number, preset?: number): void {
    const { buffer, evaluator } = this.#parts;
    const { table } = buffer;
    let chance = preset;
    if (chance === undefined) {
      evaluator.begin();
      for (let at = table.firstPiece[row] ?? NO_ROW; at !== NO_ROW; at = this.#nextPiece(at)) {
        this.#show(table.pieceBatch[at] ?? 0, table.pieceGroup[at] ?? 0);
      }
      chance = evaluator.decide(this.factsOf(row));
    }
    this.#beginMarks(row, chance);
    for (let at = table.firstPiece[row] ?? NO_ROW; at !== NO_ROW; at = this.#nextPiece(at)) {
      this.#mark({ number: table.pieceBatch[at] ?? 0, group: table.pieceGroup[at] ?? 0 }, chance);
    }
    this.#conclude(row, chance);
  }

  /**
   * A trace with more than can be here at once: its requests are read back twice, part after part, to be looked at and to
   * be passed on. What comes for it meanwhile is looked at too.
   */
  async decideInParts(row: number, preset?: number): Promise<void> {
    const { buffer, evaluator } = this.#parts;
    const { table } = buffer;
    const pieces: Piece[] = [];
    this.#isBusy = preset === undefined;
    if (preset === undefined) evaluator.begin();
    for (let at = table.firstPiece[row] ?? NO_ROW; at !== NO_ROW; at = this.#nextPiece(at)) {
      const piece = { number: table.pieceBatch[at] ?? 0, group: table.pieceGroup[at] ?? 0 };
      pieces.push(piece);
      if (preset !== undefined) continue;
      // Bringing takes away what is here, so not where the piece came back for the trace before.
      if (this.#isAway(piece.number)) await this.#bring(this.#ahead(at));
      this.#show(piece.number, piece.group);
    }
    const chance = preset ?? evaluator.decide(this.factsOf(row));
    this.#isBusy = false;
    this.#idOf(row);
    const id = this.#facts.idBytes.slice();
    this.#conclude(row, chance);
    for (const [at, piece] of pieces.entries()) {
      if (chance !== LEFT_OUT && this.#isAway(piece.number)) {
        await this.#passOn(); // before what it chose from goes
        await this.#bringForSure(pieces.slice(at).map(({ number }) => buffer.at(number)));
        if (this.#isAway(piece.number)) return; // stopping: it is read again at the next start
      }
      if (chance !== LEFT_OUT && chance !== 1) this.#thinner.begin(id, 0, chance);
      this.#mark(piece, chance);
    }
    await this.#passOn();
  }

  /** Nothing else may be shown to the policies: they are in the middle of a trace. */
  get isBusy(): boolean {
    return this.#isBusy;
  }

  stop(): void {
    this.#stopped = true;
  }

  /** Reads back what these traces need, as much as may be here at once; those in front first. */
  async fetch(rows: Iterable<number>): Promise<void> {
    const { buffer, loadBytes } = this.#parts;
    this.takeAway();
    const wanted = new Set<HeldBatch>();
    let bytes = 0;
    for (const row of rows) {
      for (const held of buffer.letGoOf(row)) {
        if (wanted.has(held)) continue;
        wanted.add(held);
        bytes += held.fullBytes;
      }
      if (bytes >= loadBytes) break;
    }
    await this.#bring([...wanted]);
  }

  /** Whether a trace needs more read back than may be here at once. */
  isTooLarge(row: number): boolean {
    const { buffer, loadBytes } = this.#parts;
    let bytes = 0;
    for (const held of buffer.letGoOf(row)) bytes += held.fullBytes;
    return bytes > loadBytes;
  }

  /** Writes what was chosen to the outbox. */
  send(): void {
    const { buffer, outbox } = this.#parts;
    for (const number of this.#touched) {
      const held = buffer.at(number);
      const last = held.waiting === 0;
      outbox.add(held, last);
      if (last) buffer.remove(number);
    }
    this.#touched.clear();
  }

  /** What was read back goes again. */
  takeAway(): void {
    for (const held of this.#brought.splice(0)) held.takeAway();
  }

  factsOf(row: number): TraceFacts {
    const { table } = this.#parts.buffer;
    this.#idOf(row);
    this.#facts.spans = table.spans[row] ?? 0;
    this.#facts.bytes = table.bytes[row] ?? 0;
    return this.#facts;
  }

  #idOf(row: number): void {
    const { words } = this.#parts.buffer.table;
    for (let i = 0; i < 4; i++) this.#idView.setUint32(i * 4, words[row * 4 + i] ?? 0, true);
  }

  async #passOn(): Promise<void> {
    await this.#parts.journal.written();
    this.send();
    await this.#parts.outbox.send();
  }

  #isAway(number: number): boolean {
    const held = this.#parts.buffer.at(number);
    return held.content === undefined && !held.isLost;
  }

  /** The decision is made, so there is no way back: a failing disk is waited for. */
  async #bringForSure(all: readonly HeldBatch[]): Promise<void> {
    const { clock, settings } = this.#parts;
    while (!this.#stopped) {
      try {
        return await this.#bring(all);
      } catch (error) {
        settings.logger.error('spans could not be read back from the log; tried again', {
          reason: error instanceof Error ? error.message : String(error),
        });
        await pause(clock, MS_PER_SECOND);
      }
    }
  }

  #nextPiece(at: number): number {
    return this.#parts.buffer.table.nextPiece[at] ?? NO_ROW;
  }

  #show(number: number, group: number): void {
    const run = runOf(this.#parts.buffer.at(number), group);
    if (run !== undefined) this.#parts.evaluator.take(run);
  }

  #beginMarks(row: number, chance: number): void {
    if (chance === LEFT_OUT || chance === 1) return;
    this.#idOf(row);
    this.#thinner.begin(this.#facts.idBytes, 0, chance);
  }

  /** Chooses the spans of a piece, or counts them out. */
  #mark({ number, group }: Piece, chance: number): void {
    const { buffer, settings } = this.#parts;
    const held = buffer.at(number);
    held.waiting -= 1;
    this.#touched.add(number);
    const spans = sizeOfGroup(held, group);
    if (held.isLost) settings.telemetry.lost(spans, 'gone from the log before the decision');
    else if (chance === LEFT_OUT) settings.telemetry.dropped(spans, 'not sampled');
    else chooseGroup(held, group, chance, this.#thinner);
  }

  /** The trace waits no more. */
  #conclude(row: number, chance: number): void {
    const { buffer, decided, journal, meters, clock } = this.#parts;
    const { table } = buffer;
    const now = clock.monotonic();
    journal.add(table.words, row * 4, chance);
    decided.add(table.words, row * 4, table.hash[row] ?? 0, { chance, atMs: now });
    buffer.waitingSpans -= table.spans[row] ?? 0;
    (chance === LEFT_OUT ? meters.leftOut : meters.kept).add(1);
    meters.removalAgeS.observe((now - (table.firstMs[row] ?? now)) / MS_PER_SECOND);
    table.remove(row);
  }

  /** The batches from this piece of a trace on. */
  #ahead(piece: number): HeldBatch[] {
    const { buffer, loadBytes } = this.#parts;
    this.takeAway();
    const ahead: HeldBatch[] = [];
    let bytes = 0;
    for (let at = piece; at !== NO_ROW && bytes < loadBytes; at = this.#nextPiece(at)) {
      const held = buffer.at(buffer.table.pieceBatch[at] ?? 0);
      if (held.content !== undefined) continue;
      ahead.push(held);
      bytes += held.fullBytes;
    }
    return ahead;
  }

  /** Reads the first of these back, up to the limit; what was brought before goes. */
  async #bring(all: readonly HeldBatch[]): Promise<void> {
    const { settings, loadBytes, meters } = this.#parts;
    this.takeAway(); // first, so that what is wanted again is seen to be away
    const wanted: HeldBatch[] = [];
    let bytes = 0;
    for (const held of all) {
      if (bytes >= loadBytes) break;
      if (held.content !== undefined || held.isLost) continue;
      wanted.push(held);
      bytes += held.fullBytes;
    }
    if (wanted.length === 0) return;
    const inOrder = wanted.toSorted((a, b) => (a.position ?? 0) - (b.position ?? 0));
    const records = await settings.readBack?.(inOrder.map(({ position }) => position ?? 0));
    for (const [at, held] of inOrder.entries()) {
      const record = records?.[at];
      meters.readBackBytes.add(record?.length ?? 0);
      if (record === undefined || !held.bring(record)) held.lose();
      else this.#brought.push(held);
    }
  }
}

/** Chooses spans, with the trace states that say by what chance. @param thinner begun with their trace. */
export function chooseGroup(
  held: HeldBatch,
  group: number,
  chance: number,
  thinner: Thinner,
): void {
  const { content, groups } = held;
  if (content === undefined) throw new Error('spans are chosen that are not here');
  held.keep ??= new Uint8Array(held.items);
  for (let at = groups.starts[group] ?? 0; at < (groups.starts[group + 1] ?? 0); at++) {
    const span = groups.order[at] ?? 0;
    held.keep[span] = 1;
    if (chance === 1) continue;
    held.states ??= new Map();
    held.states.set(span, thinner.stateOf(content.bytes, content.index(), span));
  }
}
