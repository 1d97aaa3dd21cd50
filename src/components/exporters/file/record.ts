// A batch as it stands in the file: a line of JSON, or bytes after their length.

import { compress, totalBytes } from '../../../net/client/compress.ts';
import { otlpToJson } from '../../../otlp/json/otlp-to-json.ts';
import type { Signal } from '../../../base/signal.ts';
import type { FileConfig } from './config.ts';

const NEW_LINE = Buffer.from('\n');
const LENGTH_BYTES = 4;

export interface Request {
  readonly signal: Signal;
  readonly parts: readonly Uint8Array[];
  readonly bytes: Uint8Array;
}

type Form = Pick<FileConfig, 'format' | 'compression' | 'compression_params'>;

export async function recordOf(request: Request, form: Form): Promise<readonly Uint8Array[]> {
  const isJson = form.format === 'json';
  const plain = isJson ? [Buffer.from(otlpToJson(request.signal, request.bytes))] : request.parts;
  if (form.compression === 'zstd') {
    const { parts } = await compress(plain, 'zstd', form.compression_params.level);
    return afterLength(parts);
  }
  return isJson ? [...plain, NEW_LINE] : afterLength(plain);
}

/** Big-endian. */
function afterLength(parts: readonly Uint8Array[]): readonly Uint8Array[] {
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(totalBytes(parts));
  return [length, ...parts];
}
