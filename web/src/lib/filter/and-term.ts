// A term added to a filter text.

/** `a or b` needs parentheses before more is joined to it; a term that is there already is not added again. */
export function andTerm(query: string, term: string): string {
  const before = query.trim();
  if (before === '') return term;
  if (before === term || before.endsWith(` and ${term}`)) return before;
  return /\bor\b/iu.test(before) ? `(${before}) and ${term}` : `${before} and ${term}`;
}
