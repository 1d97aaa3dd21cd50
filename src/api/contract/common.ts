// What all answers of the native API share. Types only: the web UI, the CLI and the server compile against the same file.
// Conventions: times are decimal strings of nanoseconds since the epoch (exact beyond 2^53), durations are numbers of
// nanoseconds, ids are lower-case hex, shares are fractions of 1, `null` means not known.

export const API_BASE = '/api/throughline/v1';

/** Decimal nanoseconds since the epoch. */
export type NanoString = string;

export interface TimeRange {
  readonly from: NanoString;
  readonly to: NanoString;
}

/** What an answer cost, and whether it is whole. */
export interface AnswerMeta {
  readonly range: TimeRange | null;
  readonly elapsedMs: number;
  /** 0 where the answer came within some 20 ms: counting would have cost more. */
  readonly rowsRead: number;
  readonly bytesRead: number;
  /** Present when the answer is not everything: a sentence, e.g. "First 10,000 of about 2.1 M lines; counts are complete." */
  readonly partial: string | null;
  /** True where counts are estimates from sampling; the UI writes `~`. */
  readonly estimated: boolean;
  /** Present exactly when there are no rows. */
  readonly empty: EmptyReason | null;
}

export type EmptyReason =
  /** Nothing of this signal has ever arrived. */
  | { readonly kind: 'never' }
  /** There is data, but none between from and to. */
  | {
      readonly kind: 'not-in-range';
      readonly last: NanoString | null;
      readonly first: NanoString | null;
    }
  /** The filter leaves nothing: the term to take out, what would remain, and values that do occur. */
  | {
      readonly kind: 'filtered';
      readonly term: string | null;
      readonly withoutTerm: number | null;
      readonly seen: readonly string[];
    }
  /** Dropped by retention before this time. */
  | { readonly kind: 'not-kept'; readonly oldest: NanoString }
  | { readonly kind: 'failed'; readonly error: ApiError };

export interface ApiError {
  /** A code of docs/errors.md. */
  readonly code: string;
  readonly message: string;
  readonly retryable: boolean;
  /** For a query text: where it is wrong, in UTF-16 units. */
  readonly position?: { readonly from: number; readonly to: number } | undefined;
  readonly suggestion?: string | undefined;
}

/** Body of every answer with status >= 400. */
export interface ErrorBody {
  readonly error: ApiError;
}

/** A value with its type, as OTLP sent it. Ints are strings (64 bit); bytes are base64. */
export type TypedValue =
  | { readonly t: 's'; readonly v: string }
  | { readonly t: 'i'; readonly v: string }
  | { readonly t: 'd'; readonly v: number | 'NaN' | 'Infinity' | '-Infinity' }
  | { readonly t: 'b'; readonly v: boolean }
  | { readonly t: 'y'; readonly v: string }
  /** Arrays and maps as JSON text in the stored form. */
  | { readonly t: 'a' | 'm'; readonly v: string }
  | { readonly t: 'n' };

export interface Attribute {
  readonly key: string;
  readonly value: TypedValue;
}

/** Who a number belongs to: a service that sends spans, or a peer seen only from outside. */
export interface ServiceRef {
  readonly name: string;
  /** Order of first arrival; hue index = (number × 7) mod 16. */
  readonly number: number;
  readonly outside: boolean;
}

/** The six kinds of time on a critical path. */
export type PartKind = 'own' | 'wait' | 'sleep' | 'serial' | 'none' | 'rest';

/** One stretch of a 100 % bar. */
export interface BarPart {
  readonly kind: PartKind;
  readonly service: string;
  readonly peer: string;
  readonly share: number;
}

export interface Page {
  /** Rows that match in all, over the whole range; an estimate where meta.estimated. */
  readonly total: number;
  readonly nextCursor: string | null;
}
