// What the code that makes a call knows and the instrumentation does not: the path with its parameters left open,
// and which attempt it is. It travels in the context, and the instrumentation's hook puts it on the span.
// Conventions: https://opentelemetry.io/docs/specs/semconv/http/http-spans/#http-client-span

import { context, createContextKey } from '@opentelemetry/api';
import type { Attributes, Span } from '@opentelemetry/api';
import type { UndiciRequest } from '@opentelemetry/instrumentation-undici';

export interface OutgoingCall {
  /** Such as `/stock/{sku}`. */
  readonly template: string;
  /** 0 for the first attempt, 1 for the second. */
  readonly resend: number;
  readonly attributes: Attributes;
}

const key = createContextKey('outgoing call');

export function withOutgoingCall<T>(call: OutgoingCall, run: () => T): T {
  return context.with(context.active().setValue(key, call), run);
}

/** Request hook of the undici instrumentation. */
export function describeCall(span: Span, request: Pick<UndiciRequest, 'method'>): void {
  const call = context.active().getValue(key);
  if (!isOutgoingCall(call)) return;
  span.updateName(`${request.method} ${call.template}`);
  span.setAttribute('url.template', call.template);
  span.setAttributes(call.attributes);
  if (call.resend > 0) span.setAttribute('http.request.resend_count', call.resend);
}

function isOutgoingCall(value: unknown): value is OutgoingCall {
  return typeof value === 'object' && value !== null && 'template' in value && 'resend' in value;
}
