// What is on the shelves and not promised to anybody yet.

import { rows } from '../common/database.ts';
import { databaseNumber } from '../common/fields.ts';
import { HttpError } from '../common/http-error.ts';
import { waitAbout } from '../../shared/wait.ts';

const SHELF_COUNTER_MS = 9; // the counters in the shelves answer over a bus of their own

export async function availableOf(sku: string): Promise<number> {
  const [row] = await rows('SELECT on_hand, reserved FROM stock WHERE sku = $1', [sku]);
  if (row === undefined) throw new HttpError(404, 'unknown_product', `There is no product ${sku}.`);
  await waitAbout(SHELF_COUNTER_MS);
  return databaseNumber(row['on_hand']) - databaseNumber(row['reserved']);
}
