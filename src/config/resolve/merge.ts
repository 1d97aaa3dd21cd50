// Several configurations into one, the later over the earlier: maps are merged deep, everything else is replaced, and a
// key without a value empties what was there. As upstream's confmap.

import type { ConfigNode, MapEntry } from '../node.ts';

export function mergeNodes(base: ConfigNode, over: ConfigNode): ConfigNode {
  if (base.kind !== 'map' || over.kind !== 'map') return over;
  const entries = new Map(base.entries);
  for (const [key, entry] of over.entries) {
    const before = entries.get(key);
    const merged: MapEntry =
      before?.node.kind === 'map' && entry.node.kind === 'map'
        ? { ...before, node: mergeNodes(before.node, entry.node) }
        : entry;
    entries.set(key, merged);
  }
  return { ...base, entries };
}

/** `a::b: 1` at the top means `a: {b: 1}`. */
export function splitTopKeys(node: ConfigNode): ConfigNode {
  if (node.kind !== 'map' || ![...node.entries.keys()].some((key) => key.includes('::')))
    return node;
  let result: ConfigNode = { ...node, entries: new Map() };
  for (const [key, entry] of node.entries) {
    result = mergeNodes(result, nested(key.split('::'), entry));
  }
  return result;
}

export function nested(path: readonly string[], entry: MapEntry): ConfigNode {
  const [first, ...rest] = path;
  if (first === undefined) return entry.node;
  const node = rest.length === 0 ? entry.node : nested(rest, entry);
  return { kind: 'map', place: entry.place, entries: new Map([[first, { ...entry, node }]]) };
}
