// A filter text without one of its terms.

/** The query without the term and the connective that joined it; empty where the term is not found as written. */
export function without(query: string, term: string): string {
  const at = query.indexOf(term);
  if (at < 0) return '';
  const before = query.slice(0, at).replace(/\s*\b(and|or)\s*$/iu, '');
  const after = query.slice(at + term.length).replace(/^\s*\b(and|or)\b\s*/iu, '');
  return [before, after]
    .map((part) => part.trim())
    .filter((part) => part !== '')
    .join(' and ');
}
