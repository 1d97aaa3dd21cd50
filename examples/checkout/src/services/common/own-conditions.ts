// The conditions as they are now, for the code that depends on them.

import { ordinaryConditions } from '../../shared/conditions.ts';
import type { Conditions } from '../../shared/conditions.ts';
import { onConditions } from '../../shared/lifeline.ts';

let now: Conditions = ordinaryConditions;

onConditions((conditions) => {
  now = conditions;
});

export const conditions = (): Conditions => now;
