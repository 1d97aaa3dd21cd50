// Labels of series name services without their numbers. A page that draws them asks once who there is.

import { useEffect } from 'react';
import type { ServicesAnswer } from '../../../../src/api/contract/overview.ts';
import { apiUrl, getJson } from '../api/client.ts';
import { learnServices } from './registry.ts';

/** As far back as names are looked for: hues are the same whatever range a page shows. */
const BACK = 'now-7d';
let asked = false;

export function useServiceNames(): void {
  useEffect(() => {
    if (asked) return;
    asked = true;
    getJson<ServicesAnswer>(apiUrl('/services', { from: BACK, to: 'now' }))
      .then(({ rows }) =>
        learnServices(
          rows.flatMap((row) => [row.service, ...row.waitsFor.map((wait) => wait.peer)]),
        ),
      )
      .catch(() => {
        // Without it the lines have other hues, their labels still tell; the next page view asks again.
        asked = false;
      });
  }, []);
}
