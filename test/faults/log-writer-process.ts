// Appends to a log until it is killed, and tells its parent each number that was acknowledged.

import { openSegmentLog } from '../../src/log/open.ts';
import { entry } from './log-fixture-entries.ts';

const [folder = '', round = '0'] = process.argv.slice(2);
const log = await openSegmentLog({ folder, segmentBytes: 300_000 });
let number = Number(round) * 1_000_000;

async function appendForever(): Promise<never> {
  for (;;) {
    const mine = number++;
    const outcome = await log.append(entry(mine, { size: 3000, items: mine }));
    if (outcome.kind === 'stored') process.send?.(mine);
  }
}

await Promise.all(Array.from({ length: 8 }, appendForever));
