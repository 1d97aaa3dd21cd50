// Two letters for a service: of its words, else the first two of the word that tells it apart; on a clash the next letter.
// Words that nearly every name has (service, api. in a host) do not count.

const GENERIC = new Set(['service', 'svc', 'server', 'app', 'worker', 'backend', 'the']);
/** Abbreviations that people use for well-known systems. */
const USUAL: Readonly<Record<string, string>> = { postgresql: 'PG', mail: 'ML', mongodb: 'MG' };

function wordsOf(name: string): string[] {
  const host = /^[\w-]+(\.[\w-]+)+(:\d+)?$/u.test(name);
  const labels = host ? name.replace(/:\d+$/u, '').split('.') : [name];
  // Of a host the name without its top level and without a leading api or www.
  const own = host
    ? labels.slice(0, -1).filter((label, at) => at > 0 || !['api', 'www'].includes(label))
    : labels;
  const words = (own.length === 0 ? labels : own)
    .flatMap((label) => label.split(/[^\p{L}\p{N}]+/u))
    .filter((word) => word !== '');
  const telling = words.filter((word) => !GENERIC.has(word.toLowerCase()));
  return telling.length === 0 ? words : telling;
}

function* candidates(name: string): Generator<string> {
  const words = wordsOf(name);
  const first = words[0] ?? '?';
  const usual = words.length === 1 ? USUAL[first.toLowerCase()] : undefined;
  if (usual !== undefined) yield usual;
  const second = words[1];
  if (second !== undefined) yield first.charAt(0) + second.charAt(0);
  const letters = words.join('');
  for (let at = 1; at < letters.length; at += 1) yield letters.charAt(0) + letters.charAt(at);
  for (let at = 2; at < 10; at += 1) yield letters.charAt(0) + String(at);
  yield letters.charAt(0) + letters.charAt(0);
}

/** Initials of all names, in this order: the first taker of a pair keeps it. */
export function initialsOf(names: readonly string[]): Map<string, string> {
  const taken = new Set<string>();
  const result = new Map<string, string>();
  for (const name of names) {
    let chosen = '';
    for (const candidate of candidates(name)) {
      chosen = candidate.toUpperCase();
      if (!taken.has(chosen)) break;
    }
    taken.add(chosen);
    result.set(name, chosen);
  }
  return result;
}
