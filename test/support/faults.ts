/** `npm run test:faults`: the same faults, more often and larger. */
export const FULL_FAULTS = process.env['THROUGHLINE_FAULTS'] === 'full';
