// Stored attributes (a map of texts and a letter for each entry) → values with their types.
// How values are written: src/store/writer/twin/value-text.ts.

export type TypedValue =
  | { readonly t: 's'; readonly v: string }
  | { readonly t: 'i'; readonly v: string }
  | { readonly t: 'd'; readonly v: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly t: 'b'; readonly v: boolean }
  | { readonly t: 'y'; readonly v: string }
  | { readonly t: 'a' | 'm'; readonly v: string }
  | { readonly t: 'n' };

export interface Attribute {
  readonly key: string;
  readonly value: TypedValue;
}

export const attributesOf = (
  entries: ReadonlyArray<readonly [string, string]>,
  letters: string,
): Attribute[] =>
  entries.map(([key, text], i) => ({ key, value: typedValue(letters[i] ?? 's', text) }));

function typedValue(letter: string, text: string): TypedValue {
  switch (letter) {
    case 'i':
      return { t: 'i', v: text };
    case 'd':
      return { t: 'd', v: doubleOf(text) };
    case 'b':
      return { t: 'b', v: text === 'true' };
    case 'y':
      return { t: 'y', v: text };
    case 'a':
      return { t: 'a', v: text };
    case 'm':
      return { t: 'm', v: text };
    case 'n':
      return { t: 'n' };
    default:
      return { t: 's', v: text };
  }
}

/** JSON has no NaN and no infinities. */
function doubleOf(text: string): number | 'NaN' | 'Infinity' | '-Infinity' {
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  return Number.isNaN(value) ? 'NaN' : value > 0 ? 'Infinity' : '-Infinity';
}
