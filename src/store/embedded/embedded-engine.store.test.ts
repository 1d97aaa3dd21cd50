import { describeEngine } from '../suite/engine-suite.ts';
import { openTestStore } from '../suite/test-store.ts';

describeEngine('embedded', async () => openTestStore({ empty: true }));
