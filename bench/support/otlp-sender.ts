// Sends generated traces to a receiver until its time is over; a child process, so that its CPU is not the receiver's.
// HTTP/1.1 is written by hand: node's client costs more than the server that is to be measured.

import { connect as connectHttp2, type ClientHttp2Session } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { gzipSync, zstdCompressSync } from 'node:zlib';
import { TraceGenerator } from '../generate/traces.ts';

interface Order {
  readonly port: number;
  readonly protocol: 'http' | 'grpc';
  readonly compression: 'none' | 'gzip' | 'zstd';
  readonly spansPerRequest: number;
  readonly spansPerSecond: number;
  readonly seconds: number;
}

const SENDERS = 8;
/** Different bodies, sent in turn under a new trace id each time, so that none is taken for a repeat. */
const BODIES = 64;

const order: Order = JSON.parse(process.argv[2] ?? '{}');
const generator = new TraceGenerator({ spansPerRequest: order.spansPerRequest });
const bodies = Array.from({ length: BODIES }, () => Buffer.from(generator.next()));
const times: number[] = [];
let failed = 0;
let turn = 0;

process.send?.('ready');
process.once('message', () => void main());

async function main(): Promise<void> {
  const startedAt = performance.now();
  const until = startedAt + order.seconds * 1000;
  const requestsPerSecond = order.spansPerSecond / order.spansPerRequest;
  const sender = async (index: number): Promise<void> => {
    const send = order.protocol === 'http' ? await overHttp() : overGrpc();
    for (let round = 0; performance.now() < until; round++) {
      if (requestsPerSecond > 0) {
        const due = startedAt + ((round * SENDERS + index) * 1000) / requestsPerSecond;
        const wait = due - performance.now();
        if (wait > 0) await new Promise((resolve) => setTimeout(resolve, wait));
      }
      const body = nextBody();
      const at = performance.now();
      if (!(await send(body))) failed++;
      times.push(performance.now() - at);
    }
  };
  await Promise.all(Array.from({ length: SENDERS }, (_, index) => sender(index)));
  times.sort((a, b) => a - b);
  const at = (share: number): number => times[Math.floor(times.length * share)] ?? 0;
  process.send?.({ p50Ms: at(0.5), p99Ms: at(0.99), failed }, () => process.exit(0));
}

function nextBody(): Buffer {
  const body = bodies[turn % BODIES] ?? Buffer.alloc(0);
  // The last bytes are within some value; any change makes another request of it.
  const at = body.indexOf(Buffer.from([0x0a, 16])) + 2;
  body.writeUInt32LE(turn++, at);
  if (order.compression === 'gzip') return gzipSync(body, { level: 1 });
  return order.compression === 'zstd' ? zstdCompressSync(body) : Buffer.from(body);
}

async function overHttp(): Promise<(body: Buffer) => Promise<boolean>> {
  const socket: Socket = connect({ port: order.port, host: '127.0.0.1', noDelay: true });
  await new Promise((resolve) => socket.once('connect', resolve));
  const encoding = order.compression === 'none' ? '' : `content-encoding: ${order.compression}\r\n`;
  return (body) =>
    new Promise((resolve) => {
      socket.once('data', (answer: Buffer) => resolve(answer.toString('latin1', 9, 12) === '200'));
      const head = `POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/x-protobuf\r\n${encoding}content-length: ${body.length}\r\n\r\n`;
      socket.cork();
      socket.write(head);
      socket.write(body);
      socket.uncork();
    });
}

function overGrpc(): (body: Buffer) => Promise<boolean> {
  const session: ClientHttp2Session = connectHttp2(`http://127.0.0.1:${order.port}`);
  const head = Buffer.alloc(5);
  return (body) =>
    new Promise((resolve) => {
      const stream = session.request({
        ':method': 'POST',
        ':path': '/opentelemetry.proto.collector.trace.v1.TraceService/Export',
        'content-type': 'application/grpc',
      });
      stream.once('trailers', (trailers) => resolve(trailers['grpc-status'] === '0'));
      stream.once('error', () => resolve(false));
      stream.resume();
      head.writeUInt32BE(body.length, 1);
      stream.end(Buffer.concat([head, body]));
    });
}
