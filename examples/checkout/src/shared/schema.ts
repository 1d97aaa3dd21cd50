// The shop's own schema: a database given by `DATABASE_URL` may hold other things, which are left alone.

export const SCHEMA = 'throughline_shop';
