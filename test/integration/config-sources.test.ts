// Configuration from where it really comes: files relative to the working directory, and an HTTP server.

import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { COMPONENTS } from '../../src/app/components.ts';
import { loadDocument } from '../../src/config/load.ts';
import { processHost } from '../../src/config/resolve/host.ts';
import { temporaryFolder } from '../support/server.ts';

let folder = '';
let server: Server;
let base = '';

const PIPELINE = '{pipelines: {traces: {receivers: [nop], exporters: [nop]}}}';

beforeAll(async () => {
  folder = temporaryFolder();
  mkdirSync(join(folder, 'parts'));
  writeFileSync(
    join(folder, 'main.yaml'),
    'receivers: ${file:parts/receivers.yaml}\nexporters: {nop: }\n',
  );
  writeFileSync(join(folder, 'parts', 'receivers.yaml'), 'nop:\nnop/${env:X}:\n');
  server = createServer((request, response) => {
    response.statusCode = request.url === '/service.yaml' ? 200 : 404;
    response.end(`service: ${PIPELINE}\n`);
  });
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  rmSync(folder, { recursive: true });
});

const load = (...uris: readonly string[]) =>
  loadDocument({
    uris,
    catalogue: COMPONENTS,
    inContainer: false,
    host: processHost({ X: 'two' }, folder),
  });

it('reads files and addresses, and tells which files to watch', async () => {
  const { document, errors, files } = await load('main.yaml', `${base}/service.yaml`);
  expect(errors.map(({ message }) => message)).toEqual(['"${env:X}" cannot be a name']);
  expect(document).toBeUndefined();
  writeFileSync(join(folder, 'parts', 'receivers.yaml'), 'nop:\n');
  const again = await load('main.yaml', `${base}/service.yaml`);
  expect(again.errors).toEqual([]);
  expect([...(again.document?.receivers.keys() ?? [])]).toEqual(['nop']);
  expect(again.files).toEqual(['main.yaml', 'parts/receivers.yaml']);
  expect(files).toEqual(again.files);
});

it('says what cannot be read', async () => {
  const { errors } = await load('parts', `${base}/none.yaml`, 'absent.yaml');
  expect(errors.map(({ message }) => message)).toEqual([
    'the file parts cannot be read: it is a folder',
    `${base}/none.yaml cannot be read: the server answered 404`,
    'the file absent.yaml cannot be read: there is no such file',
  ]);
});
