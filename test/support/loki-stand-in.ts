// Takes pushes as Loki does, in protobuf alone, and keeps their lines. Read by the format's description.
// https://grafana.com/docs/loki/latest/reference/loki-http-api/#ingest-logs

import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { uncompress } from 'snappyjs';
import { ENTRY, PUSH_REQUEST, STREAM } from '../../src/base/loki/push-fields.ts';
import { ProtobufCursor } from '../../src/otlp/wire/protobuf-cursor.ts';

export interface PushedLine {
  /** Of its stream, as sent: `{a="b", c="d"}`. */
  readonly labels: string;
  readonly line: string;
}

export interface LokiStandIn {
  readonly port: number;
  readonly lines: readonly PushedLine[];
  close(): void;
}

export async function openLokiStandIn(): Promise<LokiStandIn> {
  const lines: PushedLine[] = [];
  const server = createServer((request, response) => {
    const pieces: Buffer[] = [];
    request.on('data', (piece: Buffer) => pieces.push(piece));
    request.on('end', () => {
      const isPush = request.method === 'POST' && request.url === '/loki/api/v1/push';
      if (!isPush || request.headers['content-type'] !== 'application/x-protobuf') {
        return void response.writeHead(404).end(`no ${request.method} ${request.url} here`);
      }
      lines.push(...readPush(Buffer.concat(pieces)));
      response.writeHead(204).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    lines,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

function readPush(packed: Uint8Array): PushedLine[] {
  const lines: PushedLine[] = [];
  const text = (cursor: ProtobufCursor, bytes: Uint8Array): string =>
    Buffer.from(bytes.subarray(cursor.start, cursor.end)).toString();
  const bytes = uncompress(packed);
  for (const streams = new ProtobufCursor(bytes); streams.next();) {
    if (streams.field !== PUSH_REQUEST.streams) continue;
    let labels = '';
    for (const stream = streams.enter(); stream.next();) {
      if (stream.field === STREAM.labels) labels = text(stream, bytes);
      if (stream.field !== STREAM.entries) continue;
      for (const entry = stream.enter(); entry.next();) {
        if (entry.field === ENTRY.line) lines.push({ labels, line: text(entry, bytes) });
      }
    }
  }
  return lines;
}
