// One attribute value as an object: of the few items whose value matters, where all others stay bytes.

import { decodeRange } from '../objects/decode.ts';
import type { AnyValue } from '../objects/types.ts';
import { anyValue } from '../schema.ts';
import type { Bytes } from './attribute-editor.ts';

export const readValue = ({ bytes, start, end }: Bytes): AnyValue =>
  decodeRange<AnyValue>(anyValue, bytes, start, end);
