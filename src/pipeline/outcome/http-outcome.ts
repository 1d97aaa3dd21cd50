// What an answer over OTLP/HTTP means for a batch: https://opentelemetry.io/docs/specs/otlp/#otlphttp-response

import {
  readExportResponse,
  readExportResponseJson,
  readRpcStatus,
  readRpcStatusJson,
} from '../../otlp/response/read-response.ts';
import type { SendOutcome } from '../send-outcome.ts';
import { taken } from './grpc-outcome.ts';

export interface HttpAnswerLike {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: Buffer;
}

const PASSING: ReadonlySet<number> = new Set([429, 502, 503, 504]);
/** Those for which the specification has a delay. */
const WITH_DELAY: ReadonlySet<number> = new Set([429, 503]);
/** Of a text that is no status of OTLP: what a person needs to recognize it. */
const TEXT_MAX_CHARS = 200;

/** @param where the URL, for the person who reads the reason. @param nowMs wall time, for a delay given as a date. */
export function httpOutcome(answer: HttpAnswerLike, where: string, nowMs: number): SendOutcome {
  const { status, headers } = answer;
  if (status >= 200 && status < 300) return taken(partialOf(answer));
  const said = messageOf(answer);
  const reason = `${where}: HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (!PASSING.has(status)) {
    const location = headers['location'];
    const moved = status >= 300 && status < 400 && typeof location === 'string';
    const fix = moved ? `; it has moved to ${location}: write that as the endpoint` : '';
    return { kind: 'permanent', reason: `${reason}${fix}` };
  }
  const afterMs = WITH_DELAY.has(status) ? retryAfterMs(headers['retry-after'], nowMs) : undefined;
  return { kind: 'retry', reason, ...(afterMs === undefined ? {} : { afterMs }) };
}

/** Seconds, or a date. Undefined where there is no delay. https://datatracker.ietf.org/doc/html/rfc9110#section-10.2.3 */
export function retryAfterMs(
  header: string | readonly string[] | undefined,
  nowMs: number,
): number | undefined {
  if (typeof header !== 'string') return undefined;
  const text = header.trim();
  const delayMs = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - nowMs;
  return delayMs > 0 ? delayMs : undefined;
}

function partialOf({ headers, body }: HttpAnswerLike): ReturnType<typeof readExportResponse> {
  const type = String(headers['content-type'] ?? '');
  if (/json/i.test(type)) return readExportResponseJson(body.toString('utf8'));
  return /protobuf/i.test(type) ? readExportResponse(body) : undefined;
}

function messageOf({ headers, body }: HttpAnswerLike): string {
  const type = String(headers['content-type'] ?? '');
  const text = body.toString('utf8');
  const status = /protobuf/i.test(type)
    ? readRpcStatus(body)
    : /json/i.test(type)
      ? readRpcStatusJson(text)
      : undefined;
  if (status !== undefined) return status.message;
  const plain = text
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  return plain.length > TEXT_MAX_CHARS ? `${plain.slice(0, TEXT_MAX_CHARS)}…` : plain;
}
