import { expect, it } from 'vitest';
import { databaseNumber, fieldsOf, listOf, numberOf, textOf } from './fields.ts';

const body = fieldsOf({
  name: 'Kettle',
  price: 12.5,
  tags: ['a', { b: 1 }],
  nothing: null,
  empty: '',
});

it('reads what is there', () => {
  expect(textOf(body, 'name')).toBe('Kettle');
  expect(numberOf(body, 'price')).toBe(12.5);
  expect(listOf(body, 'tags')).toEqual([{}, { b: 1 }]);
});

it.each([
  ['text that is a number', () => textOf(body, 'price'), 'price must be text'],
  ['text that is empty', () => textOf(body, 'empty'), 'empty must be text'],
  ['text that is missing', () => textOf(body, 'colour'), 'colour must be text'],
  ['a number that is text', () => numberOf(body, 'name'), 'name must be a number'],
  ['a list that is null', () => listOf(body, 'nothing'), 'nothing must be a list'],
])('refuses %s', (_, read, message) => {
  expect(read).toThrow(message);
});

it.each([
  ['text', 'abc'],
  ['null', null],
  ['a list', [1]],
])('no fields in %s', (_, value) => {
  expect(fieldsOf(value)).toEqual({});
});

it.each([
  ['42', 42],
  [7, 7],
  [null, 0],
  [undefined, 0],
  ['x', 0],
])('number %j of the database', (value, expected) => {
  expect(databaseNumber(value)).toBe(expected);
});
