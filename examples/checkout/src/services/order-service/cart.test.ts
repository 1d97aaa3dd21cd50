import { expect, it } from 'vitest';
import { cartOf } from './cart.ts';

const cart = {
  userId: 'usr_1',
  items: [{ sku: 'KIT-100', quantity: 2 }],
  type: 'single',
  region: 'eu-west',
  paymentMethod: 'card',
};

it('takes a cart as it is', () => {
  expect(cartOf(cart)).toEqual(cart);
});

it.each([
  ['nothing', undefined, 'items must be a list'],
  ['an empty one', { ...cart, items: [] }, 'items must have 1 to 60 lines'],
  [
    'one without end',
    { ...cart, items: Array(61).fill(cart.items[0]) },
    'items must have 1 to 60 lines',
  ],
  [
    'a line without quantity',
    { ...cart, items: [{ sku: 'KIT-100' }] },
    'quantity must be a number',
  ],
  ['nobody’s', { ...cart, userId: '' }, 'userId must be text'],
])('refuses %s', (_, body, message) => {
  expect(() => cartOf(body)).toThrow(message);
});
