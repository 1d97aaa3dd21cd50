// What a query does, in a few words: verb and table, and whether it asks for a lock. Nothing is parsed beyond that.

export interface QuerySummary {
  /** `SELECT stock`, or empty when the text is not recognised. */
  readonly text: string;
  /** The words that take a lock (`FOR UPDATE`), or empty. */
  readonly lock: string;
}

/** Longer texts are cut before they are looked at. */
const QUERY_MAX_CHARS = 4_000;

/** The last part of a name that may be quoted and qualified. */
const TABLE = String.raw`(?:["'\`\[]?[\w$-]+["'\`\]]?\.){0,3}["'\`\[]?([\w$-]+)`;
const SHAPES: ReadonlyArray<readonly [verb: string, pattern: RegExp]> = [
  ['INSERT', new RegExp(String.raw`^\s*INSERT\s+(?:IGNORE\s+)?INTO\s+${TABLE}`, 'i')],
  ['UPDATE', new RegExp(String.raw`^\s*UPDATE\s+(?:ONLY\s+)?${TABLE}`, 'i')],
  ['DELETE', new RegExp(String.raw`^\s*DELETE\s+FROM\s+${TABLE}`, 'i')],
  ['SELECT', new RegExp(String.raw`^\s*(?:WITH|SELECT)\b[\s\S]*?\bFROM\s+${TABLE}`, 'i')],
];

const LOCKS: ReadonlyArray<readonly [text: string, pattern: RegExp]> = [
  [
    'FOR UPDATE',
    /\bFOR\s+(?:NO\s+KEY\s+)?UPDATE\b(?!\s+(?:OF\s+\S+\s+)?(?:NOWAIT|SKIP\s+LOCKED))/i,
  ],
  ['FOR SHARE', /\bFOR\s+(?:KEY\s+)?SHARE\b(?!\s+(?:NOWAIT|SKIP\s+LOCKED))/i],
  ['LOCK TABLE', /^\s*LOCK\s+TABLES?\b/i],
  ['advisory lock', /\bpg_advisory(?:_xact)?_lock(?:_shared)?\s*\(/i],
  ['GET_LOCK', /\bGET_LOCK\s*\(/i],
];

export function summarizeQuery(query: string): QuerySummary {
  const text = query.slice(0, QUERY_MAX_CHARS);
  const lock = LOCKS.find(([, pattern]) => pattern.test(text))?.[0] ?? '';
  for (const [verb, pattern] of SHAPES) {
    const table = pattern.exec(text)?.[1];
    if (table !== undefined) return { text: `${verb} ${table}`, lock };
  }
  return { text: '', lock };
}
