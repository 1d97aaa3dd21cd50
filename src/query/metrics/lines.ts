// Values of a chart's lines by step, as they are added up from series.

import type { Grid } from './grid.ts';

/** A matrix of lines × steps; a step nothing was put into is null. */
export class LineValues {
  readonly points: number;
  readonly #values: Float64Array;
  readonly #known: Uint8Array;

  constructor(lines: number, grid: Grid) {
    this.points = grid.points;
    this.#values = new Float64Array(lines * grid.points);
    this.#known = new Uint8Array(lines * grid.points);
  }

  #at(line: number, step: number): number {
    return step >= 0 && step < this.points ? line * this.points + step : -1;
  }

  has(line: number, step: number): boolean {
    return this.#known[this.#at(line, step)] === 1;
  }

  get(line: number, step: number): number | null {
    const at = this.#at(line, step);
    return this.#known[at] === 1 ? (this.#values[at] ?? 0) : null;
  }

  set(line: number, step: number, value: number): void {
    const at = this.#at(line, step);
    if (at < 0) return;
    this.#values[at] = value;
    this.#known[at] = 1;
  }

  add(line: number, step: number, value: number): void {
    this.set(line, step, (this.get(line, step) ?? 0) + value);
  }

  least(line: number, step: number, value: number): void {
    this.set(line, step, Math.min(this.get(line, step) ?? value, value));
  }

  most(line: number, step: number, value: number): void {
    this.set(line, step, Math.max(this.get(line, step) ?? value, value));
  }

  row(line: number): Array<number | null> {
    return Array.from({ length: this.points }, (_, step) => this.get(line, step));
  }
}
