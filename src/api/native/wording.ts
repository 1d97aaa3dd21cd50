// Words for amounts that analysis does not speak of.

import { amountOfTime as amount } from '../../base/format/duration.ts';
import { joined, THIN } from '../../base/format/number.ts';

/** Sums of people's waiting: `5.20 min`, `5.1 h`; below two minutes as durations elsewhere. */
export const amountOfTime = (nanos: number): string => joined(amount(nanos)).replaceAll(THIN, ' ');
