// What lies outside the shop, in one process: payment provider, mailer, and the warehouse's own system.

import { watchParent } from '../shared/lifeline.ts';
import { serveMailer } from './mailer.ts';
import { serveProvider } from './provider.ts';
import { runWarehouse } from './warehouse.ts';

watchParent();
serveProvider();
serveMailer();
runWarehouse(process.env['DATABASE_URL'] ?? '');
