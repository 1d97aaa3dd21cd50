// What is legal but harmful. Only documents without errors get here.

import type { Problem } from '../../problem.ts';
import type { CollectorDocument } from '../document.ts';
import { addressWarnings } from './addresses.ts';
import type { Surroundings } from './surroundings.ts';
import { orderWarnings } from './order.ts';
import { unusedWarnings } from './unused.ts';

export const harmful = (document: CollectorDocument, surroundings: Surroundings): Problem[] => [
  ...orderWarnings(document),
  ...addressWarnings(document, surroundings),
  ...unusedWarnings(document),
];
