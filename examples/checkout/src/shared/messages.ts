// What the demo and its processes tell each other: over the IPC channel for Node, as JSON lines over standard input
// and output for Python. Input is checked, because a line of output may be anything.

import type { Conditions } from './conditions.ts';

/** Name → port on 127.0.0.1. Names are what telemetry shows; ports change when a process is started again. */
export type Peers = Readonly<Record<string, number>>;

export type ToChild =
  | { readonly kind: 'peers'; readonly peers: Peers }
  | { readonly kind: 'conditions'; readonly conditions: Conditions };

export type FromChild =
  | { readonly kind: 'listening'; readonly name: string; readonly port: number }
  | { readonly kind: 'exported'; readonly ok: boolean; readonly detail: string }
  | { readonly kind: 'checkout'; readonly status: number }
  | { readonly kind: 'ready' };

export function toChild(value: unknown): ToChild | undefined {
  if (!isRecord(value)) return undefined;
  if (value['kind'] !== 'peers' && value['kind'] !== 'conditions') return undefined;
  // Sent by this package's own demo process, which is of the same version: only the kind needs a look.
  return value as unknown as ToChild;
}

export function fromChild(value: unknown): FromChild | undefined {
  if (!isRecord(value)) return undefined;
  const { kind, name, port, ok, detail, status } = value;
  if (kind === 'listening' && typeof name === 'string' && typeof port === 'number') {
    return { kind, name, port };
  }
  if (kind === 'exported' && typeof ok === 'boolean' && typeof detail === 'string') {
    return { kind, ok, detail };
  }
  if (kind === 'checkout' && typeof status === 'number') return { kind, status };
  if (kind === 'ready') return { kind };
  return undefined;
}

/** A line of a child's output, if it is a message. */
export function parseLine(line: string): FromChild | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    return fromChild(JSON.parse(line));
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
