// Does this charge look like the customer's others?

import { rows } from '../common/database.ts';
import { databaseNumber } from '../common/fields.ts';
import { inSpan } from '../common/spans.ts';
import { waitAbout } from '../../shared/wait.ts';

const MODEL_MS = 12;
const CHARGES_PER_MINUTE_USUAL = 600;

export function fraudCheck(amountCents: number): Promise<void> {
  return inSpan('fraudCheck', async (span) => {
    const [row] = await rows(
      `SELECT count(*) AS charges FROM payments WHERE created_at > now() - interval '1 minute'`,
    );
    await waitAbout(MODEL_MS);
    const busy = databaseNumber(row?.['charges']) / CHARGES_PER_MINUTE_USUAL;
    span.setAttribute('fraud.score', Math.min(1, busy * 0.1 + amountCents / 10_000_000));
  });
}
