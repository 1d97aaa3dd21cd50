// Writes openapi/schemas.ts anew, after the contract has changed.

import { writeFileSync } from 'node:fs';
import { SCHEMAS_FILE, schemasModule } from './contract-files.ts';

writeFileSync(SCHEMAS_FILE, schemasModule());
