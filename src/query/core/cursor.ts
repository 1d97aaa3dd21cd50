// Where the next page begins: the sort value and the id of the last row, so that pages neither repeat nor skip rows
// while new ones arrive. Opaque to clients, checked on the way in.

import { AppError } from '../../base/app-error.ts';

export interface Cursor {
  /** The sort key and direction that the cursor belongs to. */
  readonly sort: string;
  readonly order: 'asc' | 'desc';
  /** The sort value of the last row: decimal text for numbers. */
  readonly value: string;
  /** What makes it unique: hex or decimal. */
  readonly id: string;
}

const MAX_CURSOR_CHARACTERS = 4096; // an endpoint's name and an id are far below

export const encodeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify([cursor.sort, cursor.order, cursor.value, cursor.id])).toString(
    'base64url',
  );

export interface CursorShape {
  readonly sort: string;
  readonly order: 'asc' | 'desc';
  /** Whether the sort value is text; else it is a whole number. */
  readonly isText: boolean;
  readonly idDigits: number;
}

/** @throws AppError CURSOR_INVALID for anything that this query did not give out. */
export function decodeCursor(text: string, shape: CursorShape): Cursor {
  const parts = text.length <= MAX_CURSOR_CHARACTERS ? parseParts(text) : undefined;
  const [sort, order, value = '', id = ''] = parts ?? [];
  const fits =
    sort === shape.sort &&
    order === shape.order &&
    (shape.isText || /^-?\d{1,19}$|^1\d{19}$/.test(value)) &&
    /^[0-9a-f]*$/.test(id) &&
    id.length === shape.idDigits;
  if (!fits) {
    throw new AppError('CURSOR_INVALID', {
      message:
        'The cursor does not belong to this query and sort order. Ask for the first page without a cursor.',
    });
  }
  return { sort: shape.sort, order: shape.order, value, id };
}

function parseParts(text: string): string[] | undefined {
  try {
    const parts: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    if (!Array.isArray(parts) || parts.length !== 4) return undefined;
    return parts.every((part) => typeof part === 'string') ? parts : undefined;
  } catch {
    return undefined;
  }
}
