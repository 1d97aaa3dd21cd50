import { expect, it } from 'vitest';
import { urlOf } from './http-client.ts';

it.each([
  [{ host: 'api.stripe.test', template: '/v1/charges' }, 'http://api.stripe.test/v1/charges'],
  [
    { host: 'inventory-service', template: '/stock/{sku}', values: { sku: 'KIT-100' } },
    'http://inventory-service/stock/KIT-100',
  ],
  [{ host: 'a', template: '/x/{id}/y', values: { id: '../z?q' } }, 'http://a/x/..%2Fz%3Fq/y'],
  [{ host: 'a', template: '/x', query: { q: 'a b', r: '1' } }, 'http://a/x?q=a+b&r=1'],
])('%j', (target, expected) => {
  expect(urlOf(target)).toBe(expected);
});
