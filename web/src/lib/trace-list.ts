// The list a trace was opened from, so that [ and ] lead to its neighbours. In memory: a new tab has no list.

let ids: readonly string[] = [];

export function rememberList(traceIds: readonly string[]): void {
  ids = traceIds;
}

export function neighbourOf(traceId: string, step: 1 | -1): string | null {
  const at = ids.indexOf(traceId);
  return at < 0 ? null : (ids[at + step] ?? null);
}
