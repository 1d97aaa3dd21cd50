// One attribute value as an object: of the few items that have the attribute a decision hangs on.

import type { Bytes } from '../../../otlp/edit/attribute-editor.ts';
import { decodeRange } from '../../../otlp/objects/decode.ts';
import type { AnyValue } from '../../../otlp/objects/types.ts';
import { anyValue } from '../../../otlp/schema.ts';

export const readValue = ({ bytes, start, end }: Bytes): AnyValue =>
  decodeRange<AnyValue>(anyValue, bytes, start, end);
