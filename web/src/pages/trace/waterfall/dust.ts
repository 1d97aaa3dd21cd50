// Stretches of under one and a half pixels on one row, gathered by pixel: a lone one is drawn visibly wide, a crowd as
// the share of the pixel it covers, so that ten thousand specks do not look like one solid bar.

export interface Speck {
  readonly x: number;
  readonly colour: string;
  readonly alpha: number;
  /** Share of the pixel that is covered, 0 to 1. */
  readonly cover: number;
  readonly lone: boolean;
}

export class Dust {
  readonly #width: number;
  readonly #pixels = new Map<
    number,
    { x: number; cover: number; count: number; colour: string; alpha: number }
  >();

  constructor(width: number) {
    this.#width = width;
  }

  add(x: number, width: number, colour: string, alpha: number): void {
    if (x < -2 || x > this.#width + 2) return;
    const pixel = Math.floor(x);
    const known = this.#pixels.get(pixel);
    if (known === undefined) this.#pixels.set(pixel, { x, cover: width, count: 1, colour, alpha });
    else {
      known.cover += width;
      known.count += 1;
      known.alpha = Math.max(known.alpha, alpha);
    }
  }

  *specks(): Generator<Speck> {
    for (const [pixel, { x, cover, count, colour, alpha }] of this.#pixels) {
      const crowded = count > 2 || (this.#pixels.has(pixel - 1) && this.#pixels.has(pixel + 1));
      yield { x: crowded ? pixel : x, colour, alpha, cover: Math.min(1, cover), lone: !crowded };
    }
  }
}
