// Fields that servers and clients of both protocols share: who may come in, who we say we are, headers.

import {
  integer,
  list,
  map,
  object,
  optional,
  reference,
  secret,
  string,
} from '../../config/schema.ts';

export const authenticator = reference('extension', {
  role: 'authenticator',
  required: true,
  text: 'Id of the extension that decides, such as basic_auth.',
});

export const auth = optional(object({ authenticator }), {
  text: 'Authentication by an extension.',
});

export const headers = map(secret(), {
  pairs: true,
  text: 'Sent with every request; a map, or a list of name and value.',
});

export const middlewares = list(
  object({
    id: string({
      required: true,
      text: 'Id of the extension.',
      check: () => ['is a middleware extension, which are not there yet', 'remove it'],
    }),
  }),
  { text: 'Extensions that requests pass through. None is there yet: an entry is refused.' },
);

/** Taken, and without effect: sockets of Node have no such buffer. */
export const unusedBuffer = (what: string) =>
  integer({ min: 0, unit: 'bytes', text: `${what}. Accepted, without effect here.` });
