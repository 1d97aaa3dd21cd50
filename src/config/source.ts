// Where a piece of configuration stands: a text with a name, and a range in it. Lines and columns begin at 1 and are
// computed only when something is to be said about them.

export interface Position {
  readonly line: number;
  /** In characters (code points), so that a caret under the line fits. */
  readonly column: number;
}

const SURROGATE_PAIR = /[\ud800-\udbff][\udc00-\udfff]/g;

/** One text that configuration was read from: a file, a `--set` argument, the value of a variable. */
export class Source {
  /** As it is shown: the path as it was given, `--set`, `env:NAME`. */
  readonly name: string;
  readonly text: string;
  /** The `${…}` that brought this text into another one. */
  readonly via: Place | undefined;
  /** A file or argument that a person can open; the value of a variable is shown where it is named instead. */
  readonly shown: boolean;
  #lineStarts: number[] | undefined;

  constructor(name: string, text: string, origin: { via?: Place; shown?: boolean } = {}) {
    this.name = name;
    this.text = text;
    this.via = origin.via;
    this.shown = origin.shown ?? true;
  }

  positionAt(offset: number): Position {
    const starts = this.#starts();
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    const before = this.text.slice(starts[low] ?? 0, offset);
    return { line: low + 1, column: before.replaceAll(SURROGATE_PAIR, '_').length + 1 };
  }

  /** The text of a line without its end. */
  lineAt(line: number): string {
    const starts = this.#starts();
    const start = starts[line - 1] ?? this.text.length;
    const end = starts[line] ?? this.text.length + 1;
    return this.text.slice(start, end - 1).replace(/\r$/, '');
  }

  #starts(): number[] {
    if (this.#lineStarts !== undefined) return this.#lineStarts;
    const starts = [0];
    for (let at = this.text.indexOf('\n'); at >= 0; at = this.text.indexOf('\n', at + 1)) {
      starts.push(at + 1);
    }
    this.#lineStarts = starts;
    return starts;
  }
}

/** A range of characters: `end` is the first one after it. */
export interface Place {
  readonly source: Source;
  readonly start: number;
  readonly end: number;
}

/** Where a person finds it: of the value of a variable, the reference to it. */
export function shownPlace(place: Place): Place {
  let at = place;
  while (!at.source.shown && at.source.via !== undefined) at = at.source.via;
  return at;
}

const NOWHERE = new Source('', '');

/** For values that nobody wrote: defaults, objects of tests. */
export const noPlace: Place = { source: NOWHERE, start: 0, end: 0 };
