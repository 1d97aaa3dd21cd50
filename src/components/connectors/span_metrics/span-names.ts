// Kinds and status codes as the Collector writes them into dimensions.

import { newPair } from '../../../otlp/attributes/wire-pair.ts';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES = ['UNSET', 'OK', 'ERROR'];

const KIND_PAIRS = KINDS.map((kind) => newPair('span.kind', `SPAN_KIND_${kind}`));
const CODE_PAIRS = CODES.map((code) => newPair('status.code', `STATUS_CODE_${code}`));
const NO_KIND = newPair('span.kind', 'SPAN_KIND_UNSPECIFIED');
const NO_CODE = newPair('status.code', 'STATUS_CODE_UNSET');

export const kindPair = (kind: number): Uint8Array => KIND_PAIRS[kind] ?? NO_KIND;
export const codePair = (code: number): Uint8Array => CODE_PAIRS[code] ?? NO_CODE;
