// The login page for servers that want a token: one field, no script. `/login?next=/trace/…` leads back.

import type { Access } from './access.ts';
import { escapeHtml } from './escape-html.ts';
import { htmlReply, type HttpReply, type HttpRequest } from './http-message.ts';
import type { RouteGroup } from './http-router.ts';

const MAX_FORM_BYTES = 4096;
/** Trying tokens is slowed down; the token has 128 bits, so this is for the log's sake. */
const WRONG_TOKEN_DELAY_MS = 300;

export function loginRoutes(access: Access): RouteGroup {
  return {
    owner: 'login',
    routes: [
      {
        method: 'GET',
        path: '/login',
        open: true,
        handle: (request) => page(nextOf(request.query.get('next')), undefined),
      },
      { method: 'POST', path: '/login', open: true, handle: (request) => login(access, request) },
      {
        method: 'POST',
        path: '/logout',
        open: true,
        handle: (request) => ({
          status: 303,
          headers: { location: '/login', 'set-cookie': access.logout(isSecure(request)) },
          body: undefined,
        }),
      },
    ],
  };
}

async function login(access: Access, request: HttpRequest): Promise<HttpReply> {
  const form = await request.form(MAX_FORM_BYTES);
  const next = nextOf(form.get('next'));
  const cookie = access.login(form.get('token') ?? '', isSecure(request));
  if (cookie !== undefined) {
    return { status: 303, headers: { location: next, 'set-cookie': cookie }, body: undefined };
  }
  await new Promise((resolve) => setTimeout(resolve, WRONG_TOKEN_DELAY_MS));
  return page(next, 'That is not the token of this server.');
}

const isSecure = (request: HttpRequest): boolean =>
  request.headers['x-forwarded-proto'] === 'https';

/** Only paths of this server: `//host` and `/\host` lead elsewhere. */
const nextOf = (next: string | null): string =>
  next !== null && /^\/(?![/\\])/.test(next) && !/[\r\n]/.test(next) ? next : '/';

function page(next: string, problem: string | undefined): HttpReply {
  const message = problem === undefined ? '' : `<p role="alert">${escapeHtml(problem)}</p>`;
  const html = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Throughline: log in</title><style>
:root{color-scheme:light dark;font:16px/1.5 system-ui,sans-serif}
body{display:grid;place-items:center;min-height:90vh;margin:0}
form{display:grid;gap:.75rem;width:min(24rem,90vw)}
input,button{font:inherit;padding:.5rem .75rem}
</style></head><body><form method="post" action="login">
<h1>Throughline</h1>${message}
<label for="token">Token</label>
<input id="token" name="token" type="password" required autofocus autocomplete="current-password">
<input type="hidden" name="next" value="${escapeHtml(next)}">
<button>Log in</button>
<p>It was printed once at the first start, and is in the file <code>token</code> of the data directory.</p>
</form></body></html>`;
  return htmlReply(html, {
    status: problem === undefined ? 200 : 401,
    headers: {
      'cache-control': 'no-store',
      'content-security-policy':
        "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    },
  });
}
