import { expect, it } from 'vitest';
import type { LogReader, LogRecord, Position } from '../../log/contract.ts';
import { MAX_PASSED_BYTES, readBack } from './read-back.ts';

/** A log with records at these positions, and how often reading began. */
function logOf(positions: readonly Position[]) {
  const begun: Position[] = [];
  const reader: LogReader = {
    name: 'test',
    position: 0,
    commit: () => Promise.resolve(),
    read: async function* ({ from = 0 }) {
      begun.push(from);
      for (const [at, position] of positions.entries()) {
        if (position >= from) yield recordAt(position, positions[at + 1] ?? position + 10);
      }
    },
  };
  return { reader, begun };
}

const recordAt = (position: Position, next: Position): LogRecord => ({
  position,
  next,
  signal: 'traces',
  receiver: 'otlp',
  peer: '',
  receivedAtMs: 0,
  headers: {},
  bytes: new Uint8Array(),
  items: 1,
});

const FAR = 20 + MAX_PASSED_BYTES;

it.each<[what: string, wanted: Position[], found: Array<Position | undefined>, begun: Position[]]>([
  ['nothing', [], [], []],
  ['neighbours', [0, 10, 20], [0, 10, 20], [0]],
  ['with others between', [0, 20, FAR], [0, 20, FAR], [0]],
  ['too far', [0, FAR + 10], [0, FAR + 10], [0, FAR + 10]],
  ['back', [20, 0, 10], [20, 0, 10], [20, 0]],
  ['twice', [10, 10], [10, 10], [10, 10]],
  ['gone between', [0, 5, 10], [0, undefined, 10], [0, 5]],
  ['gone, and the one behind it comes next', [5, 10], [undefined, 10], [5]],
  ['gone, several', [3, 5, 7, 20], [undefined, undefined, undefined, 20], [3]],
  ['gone at the end', [20, FAR + 20], [20, undefined], [20]],
])('%s', async (_what, wanted, expected, begins) => {
  const { reader, begun } = logOf([0, 10, 20, FAR, FAR + 10]);
  const found = await readBack(reader, wanted);
  expect(found.map((record) => record?.position)).toEqual(expected);
  expect(begun).toEqual(begins);
});
