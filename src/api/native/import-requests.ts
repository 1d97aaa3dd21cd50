// The body of an import → OTLP requests, one after another. JSON lines say by their member which signal they are;
// protobuf does not, and is tried as each unless the caller says.

import { type Signal, SIGNALS } from '../../base/signal.ts';
import { type CheckedRequest, checkRequest } from '../../otlp/check/check-request.ts';
import { jsonToOtlp } from '../../otlp/json/json-to-otlp.ts';
import { badRequestOfImport, framesOf, linesOf } from './import-split.ts';

export interface ImportedRequest {
  readonly signal: Signal;
  readonly checked: CheckedRequest;
}

/** @param signal undefined: to be found out */
export async function* importRequests(
  body: AsyncIterable<Buffer>,
  format: 'json' | 'protobuf',
  signal: Signal | undefined,
): AsyncGenerator<ImportedRequest> {
  let number = 0;
  for await (const part of format === 'json' ? linesOf(body) : framesOf(body)) {
    number += 1;
    yield format === 'json' ? ofJson(part, number) : ofProtobuf(part, number, signal);
  }
}

const MEMBERS = [
  ['traces', /"resource_?spans"/i],
  ['metrics', /"resource_?metrics"/i],
  ['logs', /"resource_?logs"/i],
] as const;
/** The member that tells the signal stands at the beginning of a request. */
const HEAD_BYTES = 4096;

function ofJson(line: Buffer, number: number): ImportedRequest {
  const head = line.subarray(0, HEAD_BYTES).toString('utf8');
  const first = MEMBERS.map(([signal, member]) => ({ signal, at: head.search(member) }))
    .filter(({ at }) => at >= 0)
    .sort((a, b) => a.at - b.at)[0];
  if (first === undefined) {
    throw badRequestOfImport(number, 'has none of resourceSpans, resourceMetrics and resourceLogs');
  }
  const transcoded = jsonToOtlp(first.signal, line);
  if (!transcoded.ok) {
    const { message, path } = transcoded.error;
    throw badRequestOfImport(
      number,
      `cannot be read: ${message}${path === '' ? '' : ` at ${path}`}`,
    );
  }
  return checkedOf(first.signal, transcoded.value, number);
}

function ofProtobuf(frame: Buffer, number: number, signal: Signal | undefined): ImportedRequest {
  if (signal !== undefined) return checkedOf(signal, frame, number);
  const fitting = SIGNALS.map((candidate) => ({
    signal: candidate,
    checked: checkRequest(candidate, frame),
  })).filter(({ checked }) => checked.fault === undefined && checked.rejected.length === 0);
  const [only] = fitting.filter(({ checked }) => checked.items > 0);
  const found = only ?? fitting[0];
  if (found === undefined) {
    throw badRequestOfImport(
      number,
      'is no OTLP request; if it is one with faults, say of which signal with ?signal=',
    );
  }
  return found;
}

function checkedOf(signal: Signal, bytes: Uint8Array, number: number): ImportedRequest {
  const checked = checkRequest(signal, bytes);
  if (checked.fault !== undefined)
    throw badRequestOfImport(number, `cannot be read: ${checked.fault.message}`);
  return { signal, checked };
}
