// The filter language as a tree. Grammar, with the words in any case:
//
//   filter     = or
//   or         = and { ("or" | "||") and }
//   and        = unary { ("and" | "&&") unary }
//   unary      = ("not" | "!") unary | "(" or ")" | term
//   term       = key operator value | key "exists" | string
//   operator   = "=" "==" "!=" "<" "<=" ">" ">=" "=~" "!~" "~" "contains"
//   key        = letter { letter | digit | one of _ . - / : @ } | string
//   value      = string | any characters but blanks, parentheses and quotes
//   string     = "…" or '…' with \ escapes, or `…` as it stands
//
// A string that no operator follows searches text. Nodes know where they stand in the text, in UTF-16 units.
// Nothing in this folder but plan*.ts needs a server: the web UI colours and checks the query line with it.

export interface Place {
  readonly from: number;
  readonly to: number;
}

export const OPERATORS = ['=', '!=', '<', '<=', '>', '>=', '=~', '!~', '~', 'contains'] as const;
export type Operator = (typeof OPERATORS)[number];

export interface Key extends Place {
  readonly kind: 'key';
  readonly text: string;
}

export interface Value extends Place {
  readonly kind: 'value';
  readonly text: string;
  /** Quoted values are text; bare ones may be numbers, durations or words. */
  readonly quoted: boolean;
}

export interface And extends Place {
  readonly kind: 'and';
  readonly terms: readonly Filter[];
}

export interface Or extends Place {
  readonly kind: 'or';
  readonly terms: readonly Filter[];
}

export interface Not extends Place {
  readonly kind: 'not';
  readonly term: Filter;
}

/** Parentheses are kept: in a trace search they hold together what one span has to fulfil. */
export interface Group extends Place {
  readonly kind: 'group';
  readonly term: Filter;
}

export interface Comparison extends Place {
  readonly kind: 'comparison';
  readonly key: Key;
  readonly operator: Operator;
  readonly value: Value;
}

export interface Exists extends Place {
  readonly kind: 'exists';
  readonly key: Key;
}

export interface Text extends Place {
  readonly kind: 'text';
  readonly text: string;
}

export type Filter = And | Or | Not | Group | Comparison | Exists | Text;

export interface FilterError extends Place {
  readonly code: 'FILTER_SYNTAX' | 'FILTER_VALUE' | 'FILTER_PATTERN' | 'FILTER_TOO_LARGE';
  readonly message: string;
  /** What to write instead of the whole text, or undefined. */
  readonly suggestion?: string | undefined;
}

/** Longer texts are refused: far beyond what a person types, below what a URL carries. */
export const MAX_FILTER_CHARACTERS = 16_384;
/** Deeper nesting is refused, so that walking the tree may recurse. */
export const MAX_FILTER_DEPTH = 64;
/** More terms are refused: each is a condition over every row read. */
export const MAX_FILTER_TERMS = 200;
