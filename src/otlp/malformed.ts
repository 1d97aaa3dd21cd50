// The error of walks over bytes that are no OTLP. `checkRequest` finds the same things as a value; this is for callers
// that decode bytes which should have been checked.

import { AppError } from '../base/app-error.ts';
import type { ProtobufCursor } from './wire/protobuf-cursor.ts';

export const malformed = (what: string, cursor: ProtobufCursor): AppError =>
  new AppError('OTLP_MALFORMED', {
    message: `the bytes are no OTLP request: ${what} in field ${cursor.field} at byte ${cursor.fieldStart}; send what an OTLP exporter sends`,
  });
