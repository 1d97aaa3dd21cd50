// A push request in JSON: {"streams":[{"stream":{"app":"shop"},"values":[["NANOSECONDS","line",{"trace_id":"…"}]]}]}
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs

import { AppError } from '../../../base/app-error.ts';
import type { Pair, RecordWriter } from './record-writer.ts';

/** @throws AppError `LOKI_BAD_PUSH` */
export function readJson(body: Buffer, writer: RecordWriter): void {
  let json: unknown;
  try {
    json = JSON.parse(body.toString('utf8'));
  } catch (cause) {
    throw badPush(`the body is not JSON: ${cause instanceof Error ? cause.message : ''}`, cause);
  }
  const streams = listOf(memberOf(json, 'streams', 'the request'), 'streams');
  for (const [at, stream] of streams.entries()) readStream(stream, `streams[${at}]`, writer);
}

export const badPush = (what: string, cause?: unknown): AppError =>
  new AppError('LOKI_BAD_PUSH', { message: `Not a push request of Loki: ${what}`, cause });

function readStream(stream: unknown, where: string, writer: RecordWriter): void {
  writer.stream(pairsOf(memberOf(stream, 'stream', where), `${where}.stream`));
  const values = listOf(memberOf(stream, 'values', where), `${where}.values`);
  for (const [at, value] of values.entries()) {
    const place = `${where}.values[${at}]`;
    const [time, line, metadata] = listOf(value, place);
    if (typeof time !== 'string' || !/^-?\d{1,19}$/.test(time)) {
      throw badPush(`${place}[0] must be nanoseconds since 1970 as text, "1700000000000000000"`);
    }
    if (typeof line !== 'string') throw badPush(`${place}[1] must be the line as text`);
    const pairs = metadata === undefined ? [] : pairsOf(metadata, `${place}[2]`);
    writer.entry(BigInt(time), line, pairs);
  }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function memberOf(value: unknown, name: string, where: string): unknown {
  if (!isMap(value)) throw badPush(`${where} must be an object`);
  const member = value[name];
  if (member === undefined) throw badPush(`${where} has no "${name}"`);
  return member;
}

function listOf(value: unknown, where: string): readonly unknown[] {
  if (!Array.isArray(value)) throw badPush(`${where} must be a list`);
  return value;
}

function pairsOf(value: unknown, where: string): readonly Pair[] {
  if (!isMap(value)) throw badPush(`${where} must be an object`);
  return Object.entries(value).map(([name, text]): Pair => {
    if (typeof text !== 'string') throw badPush(`${where}.${name} must be text`);
    return [name, text];
  });
}
