import { expect, it } from 'vitest';
import { atCursor } from './at-cursor.ts';

it.each([
  ['|', 'key', undefined, '', ''],
  ['na|', 'key', undefined, 'na', 'na'],
  ['na|me = 1', 'key', undefined, 'name', 'na'],
  ['name |', 'operator', 'name', '', ''],
  ['name =|', 'value', 'name', '', ''],
  ['name = |', 'value', 'name', '', ''],
  ['name = PO|ST', 'value', 'name', 'POST', 'PO'],
  ['name = "PO|ST /x" and a', 'value', 'name', '"POST /x"', 'PO'],
  ['name = "PO|', 'value', 'name', '"PO', 'PO'],
  ['name = x |', 'connective', undefined, '', ''],
  ['name = x an|', 'connective', undefined, 'an', 'an'],
  ['name = x and |', 'key', undefined, '', ''],
  ['name = x and http.|', 'key', undefined, 'http.', 'http.'],
  ['not (|', 'key', undefined, '', ''],
  ['name = "x"|', 'connective', undefined, '', ''],
  ['a exists|', 'operator', 'a', 'exists', 'exists'],
])('%s', (marked, expects, key, replaced, typed) => {
  const cursor = marked.indexOf('|');
  const source = marked.replace('|', '');
  const at = atCursor(source, cursor);
  expect([at.expects, at.key, source.slice(at.from, at.to), at.typed]).toEqual([
    expects,
    key,
    replaced,
    typed,
  ]);
});
