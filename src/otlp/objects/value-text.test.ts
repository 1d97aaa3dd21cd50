import { expect, it } from 'vitest';
import type { AnyValue } from './types.ts';
import { valueText } from './value-text.ts';

const entry = (key: string, value?: AnyValue) => (value === undefined ? { key } : { key, value });

it.each<[value: AnyValue | undefined, text: string]>([
  [undefined, ''],
  [{}, ''],
  [{ stringValue: 'a "b"' }, 'a "b"'],
  [{ boolValue: false }, 'false'],
  [{ intValue: 9_007_199_254_740_993n }, '9007199254740993'],
  [{ doubleValue: 1.5 }, '1.5'],
  [{ doubleValue: 2 }, '2'],
  [{ doubleValue: 1e21 }, '1e+21'],
  [{ doubleValue: Number.NaN }, 'NaN'],
  [{ bytesValue: Uint8Array.of(1, 2, 3) }, 'AQID'],
  [
    {
      arrayValue: {
        values: [{ stringValue: '"' }, { intValue: 1n }, {}, { doubleValue: Infinity }],
      },
    },
    '["\\"",1,null,"+Inf"]',
  ],
  [
    {
      kvlistValue: {
        values: [
          entry('b', { boolValue: true }),
          entry('a', { kvlistValue: { values: [entry('x')] } }),
          entry('b', { bytesValue: Uint8Array.of(0) }),
        ],
      },
    },
    '{"a":{"x":null},"b":"AA=="}',
  ],
])('case %#: %s', (value, text) => {
  expect(valueText(value)).toBe(text);
});
