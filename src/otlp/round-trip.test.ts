// Random requests with every field and type, through our code and the official one, in both encodings: always equal.

import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SIGNALS } from '../base/signal.ts';
import { checkRequest } from './check/check-request.ts';
import { jsonToOtlp } from './json/json-to-otlp.ts';
import { otlpToJson } from './json/otlp-to-json.ts';
import { decode } from './objects/decode.ts';
import { encode } from './objects/encode.ts';
import { anyRequest } from './suite/arbitraries.ts';
import { throughOfficial } from './suite/official.ts';

describe.each(SIGNALS)('any %s request', (signal) => {
  it('is what the official decoder and encoder make of it', () => {
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const bytes = encode(signal, request);
        expect(decode(signal, bytes)).toEqual(request);
        expect(decode(signal, throughOfficial(signal, bytes))).toEqual(request);
      }),
    );
  });

  it('passes the check untouched', () => {
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const bytes = encode(signal, request);
        const checked = checkRequest(signal, bytes);
        expect(checked.fault).toBeUndefined();
        expect(checked.rejected).toEqual([]);
        expect(checked.bytes).toBe(bytes);
      }),
    );
  });

  it('survives JSON', () => {
    fc.assert(
      fc.property(anyRequest[signal], (request) => {
        const back = jsonToOtlp(signal, otlpToJson(signal, encode(signal, request)));
        expect(back.ok ? decode(signal, back.value) : back.error).toEqual(request);
      }),
    );
  });
});
