// From the numbers to boxes and lines: who sends, what receives, the log, the store, the trace pass.

import type {
  PeerRow,
  PipelinesAnswer,
  SignalName,
  StatusAnswer,
} from '../../../../src/api/contract/status.ts';
import {
  bytesBinary,
  count,
  joined,
  percentWhole,
  rate,
  THIN,
} from '../../../../src/base/format/number.ts';
import { rateOf, type Reading } from './meter.ts';
import { peerKey, storeKey } from './use-pipelines.ts';

export interface FlowNode {
  readonly id: string;
  readonly name: string;
  readonly kind: string;
  readonly main: string;
  readonly more: string;
  /** How full, 0 … 1; null: nothing to fill. */
  readonly fill: number | null;
  readonly bad: boolean;
}

export interface FlowEdge {
  readonly from: string;
  readonly to: string;
  /** Items a second; null: not known yet. */
  readonly rate: number | null;
  readonly bad: boolean;
}

export interface Flow {
  /** From left to right. */
  readonly columns: ReadonlyArray<readonly FlowNode[]>;
  readonly edges: readonly FlowEdge[];
}

export const ITEMS: Readonly<Record<SignalName, string>> = {
  traces: 'spans',
  metrics: 'points',
  logs: 'lines',
};

/** More senders than this are one box. */
const MOST_SENDERS = 4;

export function rateWords(perSecond: number | null, items: string): string {
  if (perSecond === null) return `– ${items}/s`;
  const text = joined(rate(perSecond));
  return text.replace(/\/(s|min)$/u, ` ${items}/$1`);
}

export function flowOf(
  answer: PipelinesAnswer,
  status: StatusAnswer,
  signal: SignalName,
  readings: readonly Reading[],
): Flow {
  const senders = sendersOf(answer.peers, signal, readings);
  const stored = rateOf(readings, storeKey(signal));
  const down = status.engine.state !== 'ready';
  const full = status.log.secondsUntilFull !== null;
  const nodes: FlowNode[][] = [
    senders.map(({ node }) => node),
    [receiverNode(status, signal)],
    [logNode(status, signal)],
    [storeNode(status, signal, stored)],
    ...(signal === 'traces' ? [[passNode(status)]] : []),
  ];
  const edges: FlowEdge[] = [
    ...senders.map(({ node, perSecond }) => ({
      from: node.id,
      to: 'otlp',
      rate: perSecond,
      bad: false,
    })),
    { from: 'otlp', to: 'log', rate: status.signals[signal].rate, bad: false },
    { from: 'log', to: 'store', rate: stored, bad: down || full },
    ...(signal === 'traces' ? [{ from: 'store', to: 'pass', rate: stored, bad: false }] : []),
  ];
  return { columns: nodes, edges };
}

interface Sender {
  readonly node: FlowNode;
  readonly perSecond: number | null;
}

function sendersOf(
  peers: readonly PeerRow[],
  signal: SignalName,
  readings: readonly Reading[],
): Sender[] {
  const own = peers
    .filter((peer) => peer.signal === signal)
    .toSorted((a, b) => b.received - a.received);
  if (own.length === 0)
    return [
      {
        node: {
          id: 'none',
          name: 'no sender yet',
          kind: '',
          main: rateWords(0, ITEMS[signal]),
          more: '',
          fill: null,
          bad: false,
        },
        perSecond: 0,
      },
    ];
  const shown = own.length > MOST_SENDERS ? own.slice(0, MOST_SENDERS - 1) : own;
  const rest = own.slice(shown.length);
  const senders = shown.map((peer): Sender => {
    const perSecond = rateOf(readings, peerKey(peer));
    return {
      node: {
        id: peerKey(peer),
        name: peer.peer,
        kind: peer.transport,
        main: rateWords(perSecond, ITEMS[signal]),
        more: `${count(peer.requests)} requests${peer.refused > 0 ? `, ${count(peer.refused)} refused` : ''}`,
        fill: null,
        bad: peer.refused > 0,
      },
      perSecond,
    };
  });
  if (rest.length === 0) return senders;
  const rates = rest.map((peer) => rateOf(readings, peerKey(peer)));
  const perSecond = rates.reduce<number | null>(
    (sum, one) => (one === null ? sum : (sum ?? 0) + one),
    null,
  );
  const node: FlowNode = {
    id: 'rest',
    name: `${count(rest.length)} more senders`,
    kind: '',
    main: rateWords(perSecond, ITEMS[signal]),
    more: 'see the table',
    fill: null,
    bad: rest.some((peer) => peer.refused > 0),
  };
  return [...senders, { node, perSecond }];
}

function receiverNode(status: StatusAnswer, signal: SignalName): FlowNode {
  const ports = status.listeners
    .filter(({ name }) => name.startsWith('otlp'))
    .map(({ port }) => `:${String(port)}`);
  const { refused, rate: perSecond } = status.signals[signal];
  return {
    id: 'otlp',
    name: 'otlp',
    kind: 'receiver',
    main: rateWords(perSecond, ITEMS[signal]),
    more:
      ports.length === 0
        ? 'not listening'
        : `gRPC, HTTP ${ports.join(' ')}${refused > 0 ? `, ${count(refused)} refused` : ''}`,
    fill: null,
    bad: ports.length === 0,
  };
}

function logNode(status: StatusAnswer, signal: SignalName): FlowNode {
  const { bytes, limitBytes, secondsUntilFull } = status.log;
  const share = limitBytes === 0 ? 0 : bytes / limitBytes;
  const { waiting } = status.signals[signal];
  return {
    id: 'log',
    name: 'log',
    kind: 'on disk',
    main: `${count(waiting)} waiting`,
    more:
      secondsUntilFull === null
        ? `${percentWhole(share)} of ${joined(bytesBinary(limitBytes))}`
        : `full in ${minutes(secondsUntilFull)}`,
    fill: Math.min(1, share),
    bad: secondsUntilFull !== null,
  };
}

export const minutes = (seconds: number): string =>
  seconds < 90 ? `${count(seconds)}${THIN}s` : `${count(seconds / 60)}${THIN}min`;

const ENGINE_WORDS: Readonly<Record<StatusAnswer['engine']['state'], string>> = {
  starting: 'engine starts',
  ready: 'engine ready',
  restarting: 'engine restarts',
  closed: 'engine closed',
};

function storeNode(status: StatusAnswer, signal: SignalName, stored: number | null): FlowNode {
  const { usedBytes, limitBytes } = status.disk;
  const share = limitBytes === 0 ? 0 : usedBytes / limitBytes;
  return {
    id: 'store',
    name: 'store',
    kind: 'exporter',
    main: rateWords(stored, ITEMS[signal]),
    more: `${ENGINE_WORDS[status.engine.state]}, disk ${percentWhole(share)}`,
    fill: Math.min(1, share),
    bad: status.engine.state !== 'ready',
  };
}

/** Further behind than this the newest traces have no verdict yet. */
const LATE_MS = 30_000;

function passNode(status: StatusAnswer): FlowNode {
  const { lagMs, openTraces, sampledShare } = status.tracePass;
  const counted =
    sampledShare >= 1 ? 'every trace counted' : `1 of ${count(1 / sampledShare)} counted`;
  return {
    id: 'pass',
    name: 'trace pass',
    kind: 'pass',
    main: `${count(openTraces)} traces open`,
    more: lagMs < 1_000 ? counted : `${minutes(lagMs / 1e3)} behind, ${counted}`,
    fill: null,
    bad: lagMs > LATE_MS,
  };
}
