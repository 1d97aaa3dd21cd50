// inventory-service: stock, reservations, and the work after an order.

import { textOf } from '../common/fields.ts';
import { answers, listen, newApp } from '../common/server.ts';
import { workJobs } from '../common/work-jobs.ts';
import { fulfil } from './fulfilment.ts';
import { giveBack, reservationOf, reserve } from './reservations.ts';
import { availableOf } from './stock.ts';

const app = newApp();

app.get(
  '/stock/:sku',
  answers(async (request) => {
    const sku = textOf(request.params, 'sku');
    return { sku, available: await availableOf(sku) };
  }),
);

app.post(
  '/reservations',
  answers(async (request, response) => {
    const reservation = reservationOf(request.body);
    const box = await reserve(reservation);
    response.status(201);
    return { id: reservation.orderId, box };
  }),
);

app.delete(
  '/reservations/:id',
  answers(async (request) => {
    await giveBack(textOf(request.params, 'id'));
    return {};
  }),
);

workJobs('order.confirmed', fulfil);
listen(app);
