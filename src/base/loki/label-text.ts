// Labels of a stream as Loki writes them: `{app="shop", level="INFO"}`. Quoted as Go quotes text; read also with the other
// quotes that PromQL knows. https://prometheus.io/docs/prometheus/latest/querying/basics/#string-literals

import { err, ok, type Result } from '../result.ts';

/** Sorted by name. */
export function labelText(labels: ReadonlyMap<string, string>): string {
  const sorted = [...labels].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${sorted.map(([name, value]) => `${name}=${quoted(value)}`).join(', ')}}`;
}

const SHORT_ESCAPES: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
};

const quoted = (text: string): string =>
  `"${text.replace(/["\\\p{Cc}]/gu, (char) => SHORT_ESCAPES[char] ?? `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`)}"`;

const SPACE = /\s*/y;
const NAME = /[a-zA-Z_][a-zA-Z0-9_]*|"(?:[^"\\\n]|\\[^])*"/y;
const VALUE = /"(?:[^"\\\n]|\\[^])*"|'(?:[^'\\\n]|\\[^])*'|`[^`]*`/y;

/** Name and value in the order written. The error says what is wrong and where. */
export function parseLabels(text: string): Result<Array<readonly [string, string]>, string> {
  let at = 0;
  const take = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    const found = pattern.exec(text)?.[0];
    if (found !== undefined) at += found.length;
    return found;
  };
  const sign = (wanted: string): boolean => {
    take(SPACE);
    if (text[at] !== wanted) return false;
    at++;
    return true;
  };
  const wrong = (what: string): Result<never, string> =>
    err(`${what} at character ${at + 1} of the labels ${text.slice(0, MAX_SHOWN_CHARS)}`);
  const labels: Array<readonly [string, string]> = [];
  if (!sign('{')) return wrong('"{" is missing');
  while (!sign('}')) {
    const name = take(NAME);
    if (name === undefined) return wrong('the name of a label is missing');
    if (!sign('=')) return wrong('"=" is missing');
    take(SPACE);
    const value = take(VALUE);
    if (value === undefined) return wrong('a quoted value is missing');
    labels.push([name.startsWith('"') ? unquoted(name) : name, unquoted(value)]);
    if (!sign(',') && text[at] !== '}') return wrong('"," or "}" is missing');
    take(SPACE);
  }
  take(SPACE);
  return at === text.length ? ok(labels) : wrong('something stands behind "}"');
}

/** Of a text that may be long, in an error message. */
const MAX_SHOWN_CHARS = 200;

const CONTROL: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

const ESCAPE =
  /((?:\\x[0-9a-fA-F]{2}|\\[0-7]{3})+)|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\([^])/g;

function unquoted(quotedText: string): string {
  const inner = quotedText.slice(1, -1);
  if (quotedText.startsWith('`') || !inner.includes('\\')) return inner;
  return inner.replace(
    ESCAPE,
    (_all, bytes?: string, short?: string, long?: string, char?: string) => {
      if (bytes !== undefined) return bytesText(bytes);
      const code = short ?? long;
      if (code === undefined) return CONTROL[char ?? ''] ?? char ?? '';
      const point = Number.parseInt(code, 16);
      return point <= MAX_CODE_POINT ? String.fromCodePoint(point) : '\uFFFD';
    },
  );
}

const MAX_CODE_POINT = 0x10_ffff;

/** `\xe2\x82\xac`: bytes of UTF-8. */
function bytesText(escapes: string): string {
  const bytes = [...escapes.matchAll(/\\x([0-9a-fA-F]{2})|\\([0-7]{3})/g)].map(([, hex, octal]) =>
    hex === undefined ? Number.parseInt(octal ?? '', 8) & 0xff : Number.parseInt(hex, 16),
  );
  return Buffer.from(bytes).toString('utf8');
}
