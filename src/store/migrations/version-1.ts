import { createTable } from '../schema/ddl.ts';
import { TABLES } from '../schema/tables.ts';
import type { Migration } from './migration.ts';

export const version1: Migration = {
  version: 1,
  text: 'create the tables',
  statements: (delta) => TABLES.map((table) => createTable(table, delta)),
};
