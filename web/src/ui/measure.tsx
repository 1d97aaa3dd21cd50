// Numbers in tables: the unit dimmed, an unknown as an en dash, a zero share dimmed as a whole.

import type { ReactNode } from 'react';
import { amountOfTime, durationParts } from '../../../src/base/format/duration.ts';
import { percent, rate, type Measure } from '../../../src/base/format/number.ts';

function Value({ value, unit }: Measure) {
  return (
    <>
      {value}
      {unit === '' ? null : <span className="unit">{unit}</span>}
    </>
  );
}

export const Duration = ({ nanos }: { nanos: number | null }): ReactNode => (
  <Value {...durationParts(nanos)} />
);

/** A sum of many requests' time. */
export const Amount = ({ nanos }: { nanos: number }): ReactNode => (
  <Value {...amountOfTime(nanos)} />
);

export const Rate = ({ perSecond }: { perSecond: number | null }): ReactNode => (
  <Value {...rate(perSecond)} />
);

export const Share = ({ share }: { share: number | null }): ReactNode =>
  share === 0 ? (
    <span className="t3">
      <Value {...percent(share)} />
    </span>
  ) : (
    <Value {...percent(share)} />
  );
