// What readers lost because they were too slow and the log was full: counted exactly, by reading what goes.

import { open } from 'node:fs/promises';
import type { Position } from './contract.ts';
import { scanSegment } from './scan.ts';
import type { Segment, Segments } from './segments.ts';

export class LossCounter {
  readonly #segments: Segments;
  readonly #itemsByReader = new Map<string, number>();

  constructor(segments: Segments) {
    this.#segments = segments;
  }

  of(reader: string): number {
    return this.#itemsByReader.get(reader) ?? 0;
  }

  async count(reader: string, segment: Segment, from: Position): Promise<void> {
    const file = await open(this.#segments.path(segment), 'r');
    let items = this.of(reader);
    try {
      const { base, end } = segment;
      for await (const step of scanSegment(file, { base, from: Math.max(from, base), to: end })) {
        for (const { record } of step.records) items += record.items;
      }
    } finally {
      await file.close();
    }
    this.#itemsByReader.set(reader, items);
  }
}
