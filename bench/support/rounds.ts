// Many different requests out of a few: in each round the trace ids are others and the times lie later. Making requests
// anew would cost more than storing them.

import { toHex } from '../../src/base/hex.ts';
import { batchOf } from '../../src/otlp/batch.ts';
import { checkRequest } from '../../src/otlp/check/check-request.ts';
import { ProtobufCursor } from '../../src/otlp/wire/protobuf-cursor.ts';
import type { Bodies } from './send.ts';

const START_TIME_FIELD = 7;
const END_TIME_FIELD = 8;

interface Body {
  readonly bytes: Uint8Array;
  /** Where the id of each span's trace begins. */
  readonly traceIds: readonly number[];
  /** Where the start and end times of spans are. */
  readonly times: readonly number[];
}

export class RoundBodies implements Bodies {
  readonly #bodies: readonly Body[];
  readonly #roundNanos: bigint;
  /** Requests of all rounds. */
  readonly length: number;

  /** Each round begins `roundNanos` after the one before. */
  constructor(bodies: readonly Uint8Array[], rounds: number, roundNanos: bigint) {
    this.#bodies = bodies.map(bodyOf);
    this.#roundNanos = roundNanos;
    this.length = bodies.length * rounds;
  }

  /** A request in memory of its own. */
  at(index: number): Uint8Array {
    const round = Math.floor(index / this.#bodies.length);
    const body = this.#bodies[index % this.#bodies.length];
    if (body === undefined) throw new RangeError(`no request ${index}`);
    const bytes = Uint8Array.from(body.bytes);
    const view = new DataView(bytes.buffer);
    for (const at of body.traceIds) view.setUint32(at, view.getUint32(at) ^ round);
    const later = BigInt(round) * this.#roundNanos;
    for (const at of body.times) view.setBigUint64(at, view.getBigUint64(at, true) + later, true);
    return bytes;
  }

  /** The id of the first trace in request `index`, as hex. */
  traceId(index: number): string {
    const at = this.#bodies[index % this.#bodies.length]?.traceIds[0] ?? 0;
    return toHex(this.at(index), at, at + 16);
  }
}

function bodyOf(bytes: Uint8Array): Body {
  const index = batchOf('traces', bytes, checkRequest('traces', bytes).items).index();
  const times: number[] = [];
  for (let span = 0; span < index.count; span++) {
    const cursor = new ProtobufCursor(bytes, index.start[span] ?? 0, index.end[span] ?? 0);
    while (cursor.next())
      if (cursor.field === START_TIME_FIELD || cursor.field === END_TIME_FIELD)
        times.push(cursor.start);
  }
  return { bytes, traceIds: Array.from(index.traceId.subarray(0, index.count)), times };
}
