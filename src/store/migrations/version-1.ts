import { createTable, createView } from '../schema/ddl.ts';
import { EXPORTER_VIEWS } from '../schema/exporter-views.ts';
import { TABLES } from '../schema/tables.ts';
import type { Migration } from './migration.ts';

export const version1: Migration = {
  version: 1,
  text: 'create tables and views',
  statements: (delta) => [
    ...TABLES.map((table) => createTable(table, delta)),
    ...EXPORTER_VIEWS.map((view) => createView(view, delta)),
  ],
};
