// A child process that sends requests of one signal to a collector, and times the answers. Bodies are made before;
// each time one is sent, its trace ids (or a time in it) are others, so that nothing is taken for a repeat.

import { gzipSync } from 'node:zlib';
import type { Signal } from '../../src/base/signal.ts';
import { ProtobufCursor } from '../../src/otlp/wire/protobuf-cursor.ts';
import { openHttp1Sender } from './http1-sender.ts';
import { makeLoad } from './load.ts';
import { RoundBodies } from './rounds.ts';

export interface LoadOrder {
  readonly port: number;
  readonly signal: Signal;
  readonly gzip: boolean;
  /** 0: as fast as answers come. */
  readonly itemsPerSecond: number;
}

/** What the parent sends: a stretch of sending. */
export interface Stretch {
  readonly seconds: number;
}

/** What is answered at the end of one. */
export interface Stretched {
  readonly items: number;
  readonly refused: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
}

const SENDERS = 8;
const BODIES = 48;
const ITEMS_PER_REQUEST = 512;
const ROUNDS_MAX = 1_000_000;
const ROUND_NANOS = 1_000_000_000n;

const order = JSON.parse(process.argv[2] ?? '{}') as LoadOrder;
const load = makeLoad(order.signal, BODIES * ITEMS_PER_REQUEST);
const itemsPerRequest = load.items / load.bodies.length;
const bodies =
  order.signal === 'traces'
    ? new RoundBodies(load.bodies, ROUNDS_MAX, ROUND_NANOS)
    : timed(load.bodies);
/** Packed ahead: packing costs more than receiving. Rounds repeat after these. */
const packed = order.gzip ? Array.from({ length: BODIES * 8 }, (_, at) => pack(at)) : undefined;
let turn = 0;

process.on('message', (stretch: Stretch) => void answer(stretch));
process.on('disconnect', () => process.exit(0));
process.send?.('ready');

async function answer({ seconds }: Stretch): Promise<void> {
  const done = await send(seconds);
  process.send?.(done);
}

async function send(seconds: number): Promise<Stretched> {
  const startedAt = performance.now();
  const until = startedAt + seconds * 1000;
  const requestsPerSecond = order.itemsPerSecond / itemsPerRequest;
  const times: number[] = [];
  let refused = 0;
  let requests = 0;
  const sender = async (index: number): Promise<void> => {
    const connection = await openHttp1Sender(order.port);
    for (let round = 0; ; round++) {
      const due =
        requestsPerSecond === 0
          ? 0
          : startedAt + ((round * SENDERS + index) * 1000) / requestsPerSecond;
      if (due >= until || performance.now() >= until) break;
      const wait = due - performance.now();
      if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      const body = next();
      const at = performance.now();
      const status = await connection.post(
        `/v1/${order.signal}`,
        body,
        order.gzip ? 'gzip' : undefined,
      );
      times.push(performance.now() - at);
      if (status === 200) requests++;
      else refused++;
    }
    connection.close();
  };
  await Promise.all(Array.from({ length: SENDERS }, (_, index) => sender(index)));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  const items = Math.round(requests * itemsPerRequest);
  return { items, refused: Math.round(refused * itemsPerRequest), p50Ms: at(0.5), p99Ms: at(0.99) };
}

function next(): Uint8Array {
  const at = turn++;
  return packed?.[at % packed.length] ?? bodies.at(at) ?? new Uint8Array();
}

function pack(at: number): Uint8Array {
  return gzipSync(bodies.at(at) ?? new Uint8Array(), { level: 1 });
}

/** Bodies of logs or points; the first time in each is another every round. */
function timed(plain: readonly Uint8Array[]): { at(index: number): Uint8Array } {
  const places = plain.map((body) => firstFixed64(new ProtobufCursor(body)));
  return {
    at: (index) => {
      const bytes = Uint8Array.from(plain[index % plain.length] ?? new Uint8Array());
      const place = places[index % plain.length];
      if (place === undefined) throw new Error('no time in the request');
      const view = new DataView(bytes.buffer);
      const later = BigInt(Math.floor(index / plain.length)) * 1_000_000n;
      view.setBigUint64(place, view.getBigUint64(place, true) + later, true);
      return bytes;
    },
  };
}

/** Offset of the first 64-bit number at depth: resource, scope, item, data, point. */
function firstFixed64(cursor: ProtobufCursor, depth = 0): number | undefined {
  const FIXED64 = 1;
  const BYTES = 2;
  while (cursor.next()) {
    if (cursor.wireType === FIXED64 && depth >= 3) return cursor.start;
    if (cursor.wireType !== BYTES || depth > 5) continue;
    const found = firstFixed64(cursor.enter(), depth + 1);
    if (found !== undefined) return found;
  }
  return undefined;
}
