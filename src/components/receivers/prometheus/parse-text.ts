// The two text formats: Prometheus' own and OpenMetrics. One line that cannot be read makes the whole answer unusable, as
// it does for Prometheus: half of a scrape is worse than none.

import { parseNumber } from '../../../base/prometheus/number-text.ts';
import { err, ok, type Result } from '../../../base/result.ts';
import type { ParseFault, SampleType, ShownExemplar, ShownFamily } from './exposition.ts';

const TYPES: ReadonlySet<string> = new Set<SampleType>([
  'counter',
  'gauge',
  'histogram',
  'gaugehistogram',
  'summary',
  'info',
  'stateset',
  'unknown',
]);

/** Suffixes of samples by type of their family. */
const SUFFIXES: Readonly<Record<SampleType, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [],
  histogram: ['_bucket', '_sum', '_count', '_created'],
  gaugehistogram: ['_bucket', '_gsum', '_gcount'],
  summary: ['_sum', '_count', '_created'],
  info: ['_info'],
  stateset: [],
  unknown: [],
};
const ANY_SUFFIX = /_(?:total|created|bucket|sum|count|gsum|gcount|info)$/;
const MS_PER_SECOND = 1000;

export function parseText(text: string, openMetrics: boolean): Result<ShownFamily[], ParseFault> {
  const parser = new TextParser(openMetrics);
  let line = 0;
  let at = 0;
  while (at < text.length) {
    const end = text.indexOf('\n', at);
    const stop = end < 0 ? text.length : end;
    line += 1;
    try {
      if (parser.line(text.slice(at, stop)) === 'end') return ok(parser.families());
    } catch (error) {
      if (!(error instanceof LineFault)) throw error;
      return err({ message: `line ${line}: ${error.message}` });
    }
    at = stop + 1;
  }
  return openMetrics
    ? err({ message: 'the answer is cut off: # EOF is missing' })
    : ok(parser.families());
}

class LineFault extends Error {}

interface MutableFamily {
  name: string;
  type: SampleType;
  help: string;
  unit: string;
  samples: ShownFamily['samples'];
}

class TextParser {
  readonly #openMetrics: boolean;
  readonly #families = new Map<string, MutableFamily>();

  constructor(openMetrics: boolean) {
    this.#openMetrics = openMetrics;
  }

  families(): ShownFamily[] {
    return [...this.#families.values()].filter(({ samples }) => samples.length > 0);
  }

  line(line: string): 'end' | undefined {
    if (line.startsWith('#')) return this.#comment(line);
    if (line.trim() !== '') this.#sample(new LineReader(line));
    return undefined;
  }

  #comment(line: string): 'end' | undefined {
    if (this.#openMetrics && line.trimEnd() === '# EOF') return 'end';
    const match = /^#[ \t]+(HELP|TYPE|UNIT)[ \t]+/.exec(line);
    if (match === null) return undefined;
    const reader = new LineReader(line, match[0].length);
    const name = reader.metricName();
    const rest = reader.rest().trim();
    const family = this.#family(name);
    if (match[1] === 'TYPE') family.type = typeOf(rest);
    else if (match[1] === 'UNIT') family.unit = rest;
    else family.help = unescape(rest);
    return undefined;
  }

  #sample(reader: LineReader): void {
    const { name, labels } = reader.series();
    const value = parseNumber(reader.word());
    if (value === undefined) throw new LineFault('the value is no number');
    const timeMs = this.#time(reader.wordBeforeHash());
    const exemplar = this.#openMetrics ? this.#exemplar(reader) : undefined;
    if (reader.rest().trim() !== '') throw new LineFault('there is something behind the value');
    const family = this.#familyOf(name);
    const exemplars = exemplar === undefined ? [] : [exemplar];
    family.samples.push({ name, labels, value, timeMs, exemplars });
  }

  #exemplar(reader: LineReader): ShownExemplar | undefined {
    if (!reader.takes('#')) return undefined;
    const labels = reader.labels();
    const value = parseNumber(reader.word());
    if (value === undefined) throw new LineFault('the value of the exemplar is no number');
    return { labels, value, timeMs: this.#time(reader.wordBeforeHash()) };
  }

  #time(word: string): number | undefined {
    if (word === '') return undefined;
    const time = parseNumber(word);
    if (time === undefined || !Number.isFinite(time))
      throw new LineFault(`${JSON.stringify(word)} is no time`);
    return Math.round(this.#openMetrics ? time * MS_PER_SECOND : time);
  }

  /** The family that a sample belongs to by its name; one of its own where nothing was said about it. */
  #familyOf(name: string): MutableFamily {
    const exact = this.#families.get(name);
    if (exact !== undefined) return exact;
    const suffix = ANY_SUFFIX.exec(name)?.[0];
    const base =
      suffix === undefined ? undefined : this.#families.get(name.slice(0, -suffix.length));
    const fits = base !== undefined && suffix !== undefined && SUFFIXES[base.type].includes(suffix);
    return fits ? base : this.#family(name);
  }

  #family(name: string): MutableFamily {
    let family = this.#families.get(name);
    if (family === undefined) {
      family = { name, type: 'unknown', help: '', unit: '', samples: [] };
      this.#families.set(name, family);
    }
    return family;
  }
}

function typeOf(word: string): SampleType {
  if (word === 'untyped') return 'unknown';
  if (!TYPES.has(word)) throw new LineFault(`${JSON.stringify(word)} is no type`);
  return word as SampleType;
}

const unescape = (text: string): string =>
  text.replace(/\\(.)/g, (whole, char: string) =>
    char === 'n' ? '\n' : char === '\\' || char === '"' ? char : whole,
  );

class LineReader {
  readonly #line: string;
  #at: number;

  constructor(line: string, at = 0) {
    this.#line = line;
    this.#at = at;
  }

  rest(): string {
    return this.#line.slice(this.#at);
  }

  /** `name{a="b"}`, `{"quoted.name", a="b"}`. */
  series(): { name: string; labels: Array<[string, string]> } {
    this.#blanks();
    const plain = this.#match(/[a-zA-Z_:][a-zA-Z0-9_:]*/y);
    this.#blanks();
    if (this.#line[this.#at] !== '{') {
      if (plain === '') throw new LineFault('there is no name');
      return { name: plain, labels: [] };
    }
    const inside = this.#inside();
    const name = plain === '' ? inside.name : plain;
    if (name === undefined) throw new LineFault('there is no name');
    return { name, labels: inside.labels };
  }

  labels(): Array<[string, string]> {
    this.#blanks();
    return this.#inside().labels;
  }

  metricName(): string {
    const name = this.#line[this.#at] === '"' ? this.#quoted() : this.#match(/\S+/y);
    if (name === '') throw new LineFault('there is no name');
    return name;
  }

  word(): string {
    this.#blanks();
    return this.#match(/[^ \t]+/y);
  }

  wordBeforeHash(): string {
    this.#blanks();
    return this.#line[this.#at] === '#' ? '' : this.#match(/[^ \t]+/y);
  }

  takes(char: string): boolean {
    this.#blanks();
    if (this.#line[this.#at] !== char) return false;
    this.#at += 1;
    return true;
  }

  #inside(): { name: string | undefined; labels: Array<[string, string]> } {
    if (!this.takes('{')) throw new LineFault('labels must begin with {');
    let quotedName: string | undefined;
    const labels: Array<[string, string]> = [];
    while (!this.takes('}')) {
      const isQuoted = this.#line[this.#at] === '"';
      const name = isQuoted ? this.#quoted() : this.#match(/[a-zA-Z_][a-zA-Z0-9_]*/y);
      if (name === '') throw new LineFault('a label has no name');
      if (this.takes('=')) {
        this.#blanks();
        labels.push([name, this.#quoted()]);
      } else if (isQuoted && quotedName === undefined) {
        quotedName = name;
      } else {
        throw new LineFault(`the label ${name} has no value`);
      }
      if (!this.takes(',') && this.#line[this.#at] !== '}') throw new LineFault('} is missing');
    }
    return { name: quotedName, labels };
  }

  #quoted(): string {
    const text = this.#match(/"(?:[^"\\]|\\.)*"/y);
    if (text === '') throw new LineFault('a value is not in quotes');
    return text.includes('\\') ? unescape(text.slice(1, -1)) : text.slice(1, -1);
  }

  #match(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#line)?.[0] ?? '';
    this.#at += found.length;
    return found;
  }

  #blanks(): void {
    while (this.#line[this.#at] === ' ' || this.#line[this.#at] === '\t') this.#at += 1;
  }
}
