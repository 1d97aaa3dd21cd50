// A pull reader over JSON text in UTF-8 bytes. It hands out strings as byte ranges and numbers as text, so that nothing
// is lost on the way: 64-bit integers keep all digits, strings are not decoded unless they hold an escape.
// Grammar: RFC 8259.

/** Messages within messages and unknown values alike; what OTLP allows takes less than half of it. */
export const MAX_JSON_DEPTH = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const MINUS = 0x2d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/** What the next value is, by its first byte. */
export type JsonKind = 'object' | 'list' | 'string' | 'number' | 'true' | 'false' | 'null' | 'none';

/** Thrown inside the transcoder only, and turned into a value at its edge. */
export class JsonFault extends Error {}

export class JsonReader {
  readonly bytes: Uint8Array;
  /** Offset of the next byte. */
  at = 0;
  /** Where the value begins that `kind` was asked for last. */
  valueStart = 0;
  /** Range of the string read last, without its quotes; escapes are as written. */
  stringStart = 0;
  stringEnd = 0;
  /** Whether that range holds an escape, so that the bytes are not yet the string. */
  escaped = false;

  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) this.at = 3; // a byte order mark
  }

  fail(what: string, at = this.at): never {
    throw new JsonFault(`${what} at byte ${at}`);
  }

  /** For a value that has been read and is not what it should be. */
  failValue(what: string): never {
    return this.fail(what, this.valueStart);
  }

  kind(): JsonKind {
    this.#space();
    this.valueStart = this.at;
    const byte = this.bytes[this.at];
    if (byte === OPEN_OBJECT) return 'object';
    if (byte === OPEN_LIST) return 'list';
    if (byte === QUOTE) return 'string';
    if (byte === 0x74) return 'true';
    if (byte === 0x66) return 'false';
    if (byte === 0x6e) return 'null';
    return byte === MINUS || isDigit(byte) ? 'number' : 'none';
  }

  /** Calls `member` for each key of the object; it must read or skip the value. */
  object(member: (key: string) => void): void {
    this.#expect(OPEN_OBJECT, '{');
    if (this.#take(CLOSE_OBJECT)) return;
    do {
      this.string();
      const key = this.text();
      this.#expect(COLON, ':');
      member(key);
    } while (this.#take(COMMA));
    this.#expect(CLOSE_OBJECT, ', or }');
  }

  /** Calls `element` for each element of the list; it must read or skip it. */
  list(element: (index: number) => void): void {
    this.#expect(OPEN_LIST, '[');
    if (this.#take(CLOSE_LIST)) return;
    let index = 0;
    do element(index++);
    while (this.#take(COMMA));
    this.#expect(CLOSE_LIST, ', or ]');
  }

  /** Reads a string into `stringStart`, `stringEnd` and `escaped`. */
  string(): void {
    this.#expect(QUOTE, 'a string');
    const { bytes } = this;
    this.stringStart = this.at;
    this.escaped = false;
    for (;;) {
      const byte = bytes[this.at];
      if (byte === undefined) this.fail('the text ends inside a string');
      if (byte === QUOTE) break;
      if (byte < 0x20) this.fail('a control character inside a string');
      if (byte === BACKSLASH) {
        this.escaped = true;
        this.at++;
      }
      this.at++;
    }
    this.stringEnd = this.at++;
  }

  /** The string read last. A lone surrogate stays one. */
  text(): string {
    const raw = this.#buffer.toString('utf8', this.stringStart, this.stringEnd);
    if (!this.escaped) return raw;
    try {
      const parsed: unknown = JSON.parse(`"${raw}"`);
      if (typeof parsed === 'string') return parsed;
    } catch {
      // falls through: the only way to fail is an escape that is none
    }
    return this.fail('an escape that JSON does not have');
  }

  /** The next number as it is written. */
  number(): string {
    this.#space();
    const start = this.at;
    if (this.bytes[this.at] === MINUS) this.at++;
    if (this.bytes[this.at] === 0x30) this.at++;
    else this.#digits();
    if (this.bytes[this.at] === 0x2e) {
      this.at++;
      this.#digits();
    }
    if (this.bytes[this.at] === 0x65 || this.bytes[this.at] === 0x45) {
      this.at++;
      if (this.bytes[this.at] === 0x2b || this.bytes[this.at] === MINUS) this.at++;
      this.#digits();
    }
    return this.#buffer.toString('latin1', start, this.at);
  }

  literal(word: 'true' | 'false' | 'null'): void {
    this.#space();
    if (this.#buffer.toString('latin1', this.at, this.at + word.length) !== word)
      this.fail('no JSON value');
    this.at += word.length;
  }

  /** Passes over one value of any kind. */
  pass(depth = 0): void {
    if (depth > MAX_JSON_DEPTH) this.fail(`nested deeper than ${MAX_JSON_DEPTH}`);
    const kind = this.kind();
    if (kind === 'object') this.object(() => this.pass(depth + 1));
    else if (kind === 'list') this.list(() => this.pass(depth + 1));
    else if (kind === 'string') this.#passString();
    else if (kind === 'number') this.number();
    else if (kind === 'none') this.fail('a value is expected');
    else this.literal(kind);
  }

  /** Nothing but white space may follow. */
  end(): void {
    this.#space();
    if (this.at < this.bytes.length) this.fail('text after the end of the JSON value');
  }

  #passString(): void {
    this.string();
    if (this.escaped) this.text(); // an escape that is none is an error here too
  }

  #digits(): void {
    if (!isDigit(this.bytes[this.at])) this.fail('a digit is expected');
    while (isDigit(this.bytes[this.at])) this.at++;
  }

  #space(): void {
    for (;;) {
      const byte = this.bytes[this.at];
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return;
      this.at++;
    }
  }

  #take(byte: number): boolean {
    this.#space();
    if (this.bytes[this.at] !== byte) return false;
    this.at++;
    return true;
  }

  #expect(byte: number, what: string): void {
    if (!this.#take(byte)) this.fail(`${what} is expected`);
  }
}

const isDigit = (byte: number | undefined): boolean =>
  byte !== undefined && byte >= 0x30 && byte <= 0x39;
