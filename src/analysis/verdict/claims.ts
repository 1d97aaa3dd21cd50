// What could be said about a trace: each claim gives one reason an amount of the critical path. Claims do not overlap but
// for attempts, which take all that happened between the first and the last of them.

import { calleeOfMember, type CallGroup } from '../critical-path/call-groups.ts';
import type { Calls } from '../critical-path/calls.ts';
import type { SegmentBuffer } from '../critical-path/segment-buffer.ts';
import type { SpanTree } from '../terms/span-tree.ts';
import type { Part, PartsOfPath } from './parts.ts';

export type ClaimKind = 'attempts' | 'serial' | 'wait' | 'edge' | 'none' | 'own';

export interface Claim {
  readonly kind: ClaimKind;
  /** String indexes, as in Part. */
  readonly service: number;
  readonly peer: number;
  readonly operation: number;
  nanos: number;
  /** The parts it is made of, largest first. */
  readonly parts: Part[];
  /** Groups of attempts it speaks of. */
  readonly groups: CallGroup[];
  /** Of time that no span covers: the longest stretch. */
  gap: Gap | undefined;
}

export interface Gap {
  readonly span: number;
  readonly start: number;
  readonly end: number;
}

/** All claims, largest first; of equal ones the one whose time came first. */
export function claimsOf(
  tree: SpanTree,
  calls: Calls,
  groups: readonly CallGroup[],
  path: SegmentBuffer,
  { parts, partOf }: PartsOfPath,
): Claim[] {
  const claims = new Map<string, Claim>();
  const claimed = new Float64Array(parts.length);
  const known = new Set<CallGroup>();
  for (let at = 0; at < path.size; at++) {
    const groupIndex = path.groups[at] ?? -1;
    const group = groupIndex < 0 ? undefined : groups[groupIndex];
    const index = partOf[at] ?? -1;
    const part = parts[index];
    if (part === undefined || group?.kind !== 'attempts') continue;
    const nanos = (path.ends[at] ?? 0) - (path.starts[at] ?? 0);
    const claim = attemptsClaim(claims, tree, calls, group);
    claim.nanos += nanos;
    if (!known.has(group)) claim.groups.push(group);
    known.add(group);
    if ((claimed[index] ?? 0) === 0) claim.parts.push(part);
    claimed[index] = (claimed[index] ?? 0) + nanos;
  }
  for (const [index, part] of parts.entries()) {
    const nanos = part.nanos - (claimed[index] ?? 0);
    if (nanos > 0) addPart(claims, part, nanos);
  }
  noteGaps(claims, path, parts, partOf);
  const sorted = [...claims.values()].sort((a, b) => b.nanos - a.nanos);
  for (const claim of sorted) claim.parts.sort((a, b) => b.nanos - a.nanos);
  return sorted;
}

function noteGaps(
  claims: ReadonlyMap<string, Claim>,
  path: SegmentBuffer,
  parts: readonly Part[],
  partOf: Int32Array,
): void {
  for (let at = 0; at < path.size; at++) {
    const part = parts[partOf[at] ?? -1];
    if (part?.kind !== 'none') continue;
    const claim = claims.get(keyOf({ kind: 'none', service: part.service, peer: 0, operation: 0 }));
    if (claim === undefined) continue;
    const gap = {
      span: path.spans[at] ?? 0,
      start: path.starts[at] ?? 0,
      end: path.ends[at] ?? 0,
    };
    if (claim.gap === undefined || gap.end - gap.start > claim.gap.end - claim.gap.start)
      claim.gap = gap;
  }
}

function attemptsClaim(
  claims: Map<string, Claim>,
  tree: SpanTree,
  calls: Calls,
  { members, parent }: CallGroup,
): Claim {
  const member = members[0] ?? 0;
  const service = tree.columns.services[parent] ?? 0;
  const peer = calleeOfMember(tree, calls, member);
  const operation = tree.columns.operations[member] ?? 0;
  return claimFor(claims, { kind: 'attempts', service, peer, operation });
}

function addPart(claims: Map<string, Claim>, part: Part, nanos: number): void {
  const { service, peer } = part;
  const kind = kindOfClaim(part);
  // Waits are put together by whom they are for, gaps by where they are; the operation is then told by the largest part.
  const operation = kind === 'wait' || kind === 'edge' || kind === 'none' ? 0 : part.operation;
  const claim = claimFor(claims, { kind, service, peer, operation });
  claim.nanos += nanos;
  claim.parts.push(part);
}

function kindOfClaim({ kind, edge }: Part): ClaimKind {
  switch (kind) {
    case 'wait':
      return edge ? 'edge' : 'wait';
    case 'serial':
    case 'none':
      return kind;
    case 'own':
    case 'sleep':
    case 'rest':
      return 'own';
  }
}

type ClaimKey = Pick<Claim, 'kind' | 'service' | 'peer' | 'operation'>;

const keyOf = ({ kind, service, peer, operation }: ClaimKey): string =>
  `${kind} ${service} ${peer} ${operation}`;

function claimFor(claims: Map<string, Claim>, key: ClaimKey): Claim {
  const text = keyOf(key);
  let claim = claims.get(text);
  if (claim === undefined)
    claims.set(text, (claim = { ...key, nanos: 0, parts: [], groups: [], gap: undefined }));
  return claim;
}
