// The shop's tables, as SQL. `settings` holds how long some functions take: they stand for a missing index, a
// database far away and a disk that has not been read yet, and sleep instead of burning this machine's processors.

import { SCHEMA } from '../../shared/schema.ts';

export const tables = `
CREATE SCHEMA IF NOT EXISTS ${SCHEMA};
SET search_path = ${SCHEMA};

CREATE TABLE IF NOT EXISTS users (
  id text PRIMARY KEY, name text NOT NULL, email text NOT NULL, region text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS addresses (
  user_id text PRIMARY KEY, street text NOT NULL, city text NOT NULL, country text NOT NULL);
CREATE TABLE IF NOT EXISTS products (
  sku text PRIMARY KEY, name text NOT NULL, category text NOT NULL, price_cents int NOT NULL, dimensions int[]);
CREATE TABLE IF NOT EXISTS stock (
  sku text PRIMARY KEY, on_hand int NOT NULL, reserved int NOT NULL DEFAULT 0, counted_at timestamptz);
CREATE TABLE IF NOT EXISTS reservations (
  order_id text NOT NULL, sku text NOT NULL, quantity int NOT NULL, box text NOT NULL,
  PRIMARY KEY (order_id, sku));
CREATE TABLE IF NOT EXISTS orders (
  id text PRIMARY KEY, customer_id text NOT NULL, total_cents int NOT NULL, transaction_id text NOT NULL,
  status text NOT NULL, created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS orders_by_customer ON orders (customer_id, created_at DESC);
CREATE TABLE IF NOT EXISTS order_lines (
  order_id text NOT NULL, sku text NOT NULL, quantity int NOT NULL, price_cents int NOT NULL);
CREATE INDEX IF NOT EXISTS order_lines_by_order ON order_lines (order_id);
CREATE TABLE IF NOT EXISTS payments (
  transaction_id text PRIMARY KEY, order_id text NOT NULL, amount_cents int NOT NULL, status text NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE INDEX IF NOT EXISTS payments_by_order ON payments (order_id);
CREATE INDEX IF NOT EXISTS payments_by_time ON payments (created_at);
CREATE TABLE IF NOT EXISTS jobs (
  id uuid PRIMARY KEY, kind text NOT NULL, payload jsonb NOT NULL, headers jsonb NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS settings (name text PRIMARY KEY, value double precision NOT NULL);

CREATE OR REPLACE FUNCTION pause(setting text) RETURNS void LANGUAGE plpgsql VOLATILE AS $$
DECLARE ms double precision;
BEGIN
  SELECT value INTO ms FROM ${SCHEMA}.settings WHERE name = setting;
  IF ms > 0 THEN PERFORM pg_sleep(ms * (0.8 + 0.4 * random()) / 1000); END IF;
END $$;

CREATE OR REPLACE FUNCTION customer_history(customer text, orders_max int)
RETURNS TABLE (spent_cents bigint) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM ${SCHEMA}.pause('history_scan_ms');
  RETURN QUERY SELECT sum(latest.total_cents)::bigint FROM (
    SELECT total_cents FROM ${SCHEMA}.orders WHERE customer_id = customer
    ORDER BY created_at DESC LIMIT orders_max) AS latest;
END $$;

CREATE OR REPLACE FUNCTION order_total(wanted text)
RETURNS TABLE (cents bigint) LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM ${SCHEMA}.pause('order_read_ms');
  RETURN QUERY SELECT sum(quantity * price_cents)::bigint FROM ${SCHEMA}.order_lines WHERE order_id = wanted;
END $$;

CREATE OR REPLACE FUNCTION product_details(wanted text)
RETURNS SETOF ${SCHEMA}.products LANGUAGE plpgsql VOLATILE AS $$
BEGIN
  PERFORM ${SCHEMA}.pause('product_read_ms');
  RETURN QUERY SELECT * FROM ${SCHEMA}.products WHERE sku = wanted;
END $$;
`;
