// The built web interface: hashed files are kept by browsers for ever, index.html never. Every path that is
// no file and no API is a page of the single-page application.

import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs';
import { extname, join, normalize, sep } from 'node:path';
import { AppError } from '../base/app-error.ts';
import { bytesReply, htmlReply, type HttpReply, type HttpRequest } from '../net/http-message.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/** No inline script, nothing from other hosts, no framing: text of telemetry could not run even if it became markup. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const PAGE_HEADERS = {
  'content-security-policy': POLICY,
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'same-origin',
};

const FOREVER = {
  'cache-control': 'public, max-age=31536000, immutable',
  'x-content-type-options': 'nosniff',
};

/** Paths that belong to APIs: an unknown one is an error, not a page. */
const API_PATH = /^\/(api|loki|tempo|zipkin|v1|v1development|opentelemetry\.proto)(\/|$|\.)/;

export interface UiFiles {
  /** Answers every GET that no route has. */
  readonly fallback: (request: HttpRequest) => HttpReply;
  /** Id of the build, sent with every status; empty when the UI was not built. */
  readonly build: string;
}

export function uiFiles(folder: string, basePath: string): UiFiles {
  const page = pageWithBase(folder, basePath);
  return {
    build: readBuild(folder),
    fallback: (request) => {
      if (API_PATH.test(request.path)) throw unknownPath(request.path);
      const file = fileBelow(folder, request.path);
      // A page of an older build asks for files that are gone: a page instead of a script would be a blank screen.
      if (file === undefined && request.path.startsWith('/assets/'))
        throw unknownPath(request.path);
      return file === undefined ? htmlReply(page, { headers: PAGE_HEADERS }) : fileReply(file);
    },
  };
}

function unknownPath(path: string): AppError {
  const hint = path.startsWith('/v1')
    ? 'OTLP is received on ports 4317 and 4318, not on the UI’s'
    : 'the native API is described at /api/throughline/v1/openapi.json';
  return new AppError('HTTP_NOT_FOUND', { message: `there is nothing at ${path}; ${hint}` });
}

/** A file that exists below `folder`, or undefined; never one outside it. */
function fileBelow(folder: string, path: string): string | undefined {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path);
  } catch {
    return undefined;
  }
  const file = normalize(join(folder, decoded));
  if (
    decoded.includes('\0') ||
    !file.startsWith(`${normalize(folder)}${sep}`) ||
    file.endsWith('.html')
  )
    return undefined;
  return statSync(file, { throwIfNoEntry: false })?.isFile() === true ? file : undefined;
}

function fileReply(file: string): HttpReply {
  const hashed = /-[\w-]{8,}\.\w+$/.test(file);
  const type = TYPES[extname(file)] ?? 'application/octet-stream';
  return bytesReply(type, createReadStream(file), {
    headers: hashed
      ? FOREVER
      : { 'cache-control': 'no-cache', 'x-content-type-options': 'nosniff' },
  });
}

function pageWithBase(folder: string, basePath: string): string {
  const file = join(folder, 'index.html');
  if (!existsSync(file)) {
    return '<!doctype html><title>Throughline</title><p>The interface was not built: run <code>npm run build</code>.</p>';
  }
  const base = basePath.endsWith('/') ? basePath : `${basePath}/`;
  const escaped = base.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;');
  return readFileSync(file, 'utf8').replace('<base href="/" />', `<base href="${escaped}" />`);
}

function readBuild(folder: string): string {
  try {
    const { build } = JSON.parse(readFileSync(join(folder, 'build.json'), 'utf8')) as {
      build?: string;
    };
    return build ?? '';
  } catch {
    return '';
  }
}
