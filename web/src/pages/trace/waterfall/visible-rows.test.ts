import { describe, expect, test } from 'vitest';
import { blocksOf } from './visible-rows.tsx';

describe('blocks of sixteen rows', () => {
  test.each([
    ['all of a short list', [0, 4], 5, -1, [[0, 4]]],
    [
      'cut at both ends of the window',
      [10, 40],
      100,
      -1,
      [
        [10, 15],
        [16, 31],
        [32, 40],
      ],
    ],
    [
      'never past the last row',
      [90, 110],
      100,
      -1,
      [
        [90, 95],
        [96, 99],
      ],
    ],
    ['none of no rows', [0, 0], 0, -1, []],
    [
      'a selected row in the window changes nothing',
      [10, 20],
      100,
      12,
      [
        [10, 15],
        [16, 20],
      ],
    ],
    [
      'one beside it in the same block is joined',
      [10, 20],
      100,
      30,
      [
        [10, 15],
        [16, 30],
      ],
    ],
    [
      'one far away stays by itself',
      [10, 20],
      100,
      70,
      [
        [10, 15],
        [16, 20],
        [70, 70],
      ],
    ],
    [
      'one that is gone is left out',
      [10, 20],
      100,
      170,
      [
        [10, 15],
        [16, 20],
      ],
    ],
  ] as const)('%s', (_, range, rowCount, selected, expected) => {
    expect(blocksOf(range, rowCount, selected)).toEqual(expected);
  });
});
