// Kinds and status codes as the Collector writes them into dimensions.

import { textPair } from './wire-attributes.ts';

const KINDS = ['UNSPECIFIED', 'INTERNAL', 'SERVER', 'CLIENT', 'PRODUCER', 'CONSUMER'];
const CODES = ['UNSET', 'OK', 'ERROR'];

const KIND_PAIRS = KINDS.map((kind) => textPair('span.kind', `SPAN_KIND_${kind}`));
const CODE_PAIRS = CODES.map((code) => textPair('status.code', `STATUS_CODE_${code}`));
const NO_KIND = textPair('span.kind', 'SPAN_KIND_UNSPECIFIED');
const NO_CODE = textPair('status.code', 'STATUS_CODE_UNSET');

export const kindPair = (kind: number): Uint8Array => KIND_PAIRS[kind] ?? NO_KIND;
export const codePair = (code: number): Uint8Array => CODE_PAIRS[code] ?? NO_CODE;
