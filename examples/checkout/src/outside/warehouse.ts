// The warehouse's own system, on the shop's database: it delivers scarce goods, takes stock (and keeps the rows it
// counts until it is done), and sends product data, which is not always sound.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { assortment, scarceSku } from '../shared/assortment.ts';
import { ordinaryConditions } from '../shared/conditions.ts';
import type { WarehouseConditions } from '../shared/conditions.ts';
import { onConditions, onStop } from '../shared/lifeline.ts';
import { SCHEMA } from '../shared/schema.ts';

const DELIVERY_EVERY_MS = 30_000;
const DELIVERED = 5;
const IDLE_MS = 250;

let warehouse: WarehouseConditions = ordinaryConditions.warehouse;
let changed = new AbortController();
let running = true;

onConditions((conditions) => {
  ({ warehouse } = conditions);
  changed.abort();
  changed = new AbortController();
});
onStop(() => {
  running = false;
  changed.abort();
});

/** The part of the shelf that is counted at a time, and that a feed overwrites. */
const someSkus = assortment.filter((_, place) => place % 4 === 0).map((article) => article.sku);

export function runWarehouse(url: string): void {
  void repeat(url, deliver);
  void repeat(url, takeStock);
  void repeat(url, feedProducts);
}

type Work = (client: pg.Client) => Promise<void>;

/** Each work on a connection of its own, made again when it breaks. */
async function repeat(url: string, work: Work): Promise<void> {
  while (running) {
    const client = new pg.Client({
      connectionString: url,
      application_name: 'warehouse',
      options: `-c search_path=${SCHEMA}`,
    });
    client.on('error', () => undefined); // the next query fails and says so
    try {
      await client.connect();
      while (running) await work(client);
    } catch (error) {
      console.error('warehouse:', error instanceof Error ? error.message : error);
      await sleep(1_000);
    } finally {
      await client.end().catch(() => undefined);
    }
  }
}

async function deliver(client: pg.Client): Promise<void> {
  await client.query('UPDATE stock SET on_hand = GREATEST(on_hand, reserved + $2) WHERE sku = $1', [
    scarceSku,
    DELIVERED,
  ]);
  await pause(DELIVERY_EVERY_MS);
}

async function takeStock(client: pg.Client): Promise<void> {
  const { stocktakingMs, stocktakingPauseMs } = warehouse;
  if (stocktakingMs === 0) return pause(IDLE_MS);
  await client.query('BEGIN');
  await client.query('SELECT sku FROM stock WHERE sku = ANY($1) ORDER BY sku FOR UPDATE', [
    someSkus,
  ]);
  await pause(stocktakingMs);
  await client.query('UPDATE stock SET counted_at = now() WHERE sku = ANY($1)', [someSkus]);
  await client.query('COMMIT');
  await pause(stocktakingPauseMs);
}

async function feedProducts(client: pg.Client): Promise<void> {
  const { faultyFeedMs, faultyFeedPauseMs } = warehouse;
  if (faultyFeedMs === 0) {
    await deliverSoundData(client);
    return pause(faultyFeedPauseMs);
  }
  await client.query('UPDATE products SET dimensions = NULL WHERE sku = ANY($1)', [someSkus]);
  await pause(faultyFeedMs);
  await deliverSoundData(client);
  await pause(faultyFeedPauseMs);
}

async function deliverSoundData(client: pg.Client): Promise<void> {
  const broken = await client.query<{ sku: string }>(
    'SELECT sku FROM products WHERE dimensions IS NULL',
  );
  for (const { sku } of broken.rows) {
    const article = assortment.find((known) => known.sku === sku);
    await client.query('UPDATE products SET dimensions = $2 WHERE sku = $1', [
      sku,
      [...(article?.dimensionsMm ?? [100, 100, 100])],
    ]);
  }
}

/** Ends early when conditions change. */
async function pause(ms: number): Promise<void> {
  await sleep(ms, undefined, { signal: changed.signal }).catch(() => undefined);
}
