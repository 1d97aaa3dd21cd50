// An answer that is not the one wanted: thrown where it is noticed, turned into a status by the server.

export class HttpError extends Error {
  override readonly name = 'HttpError';
  readonly status: number;
  readonly reason: string;

  constructor(status: number, reason: string, message: string) {
    super(message);
    this.status = status;
    this.reason = reason;
  }
}

/** The body of a successful answer; otherwise the callee's refusal is handed on, its failure becomes a 502. */
export function bodyOf(answer: { status: number; body: unknown }, from: string): unknown {
  if (answer.status < 400) return answer.body;
  const { error, message } = refusal(answer.body);
  if (answer.status < 500) throw new HttpError(answer.status, error, message);
  throw new HttpError(502, 'upstream_failed', `${from} answered ${answer.status}: ${message}`);
}

function refusal(body: unknown): { error: string; message: string } {
  if (typeof body !== 'object' || body === null)
    return { error: 'unknown', message: 'no reason given' };
  const error = 'error' in body && typeof body.error === 'string' ? body.error : 'unknown';
  const message = 'message' in body && typeof body.message === 'string' ? body.message : error;
  return { error, message };
}
