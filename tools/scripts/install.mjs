// Brings node_modules to what package-lock.json says, if it is not there yet.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root, run, say } from './shell.mjs';

/** Vite's native part refuses to install under an older Node, so that one npm then runs under is fetched first. */
const NODE_VERSION = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).devDependencies
  .node;

export async function ensureInstalled() {
  if (isInstalled()) return;
  const npm = process.env.npm_execpath;
  if (npm === undefined) {
    say('run this through npm: npm start, npm test or npm run build');
    process.exit(2);
  }
  say(
    'installing packages (about 550 MB are downloaded once: the database engine, Node, test tools)',
  );
  const node = await nodeForInstall(npm);
  const args = [
    npm,
    'ci',
    '--include=dev',
    '--include=optional',
    '--loglevel=error',
    '--no-audit',
    '--no-fund',
  ];
  await run(node, args, 'installing packages', { env: cleanEnvironment() });
}

/** npm writes node_modules/.package-lock.json last, so it tells a whole installation from a broken one. */
function isInstalled() {
  const wanted = lock('package-lock.json');
  const have = lock('node_modules/.package-lock.json');
  if (have === undefined || !existsSync(join(root, 'node_modules/.bin/node'))) return false;
  return Object.entries(wanted ?? {}).every(
    ([path, entry]) =>
      !path.includes('node_modules/') ||
      entry.optional === true ||
      entry.devOptional === true ||
      entry.link === true ||
      have[path]?.version === entry.version,
  );
}

function lock(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

async function nodeForInstall(npm) {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const fits = major > 22 || (major === 22 && minor >= 15) || (major === 20 && minor >= 19);
  if (fits) return process.env.npm_node_execpath ?? process.execPath;
  const name = `node-${process.platform === 'darwin' ? 'darwin' : 'linux'}-${process.arch}`;
  const folder = join(root, '.cache', 'bootstrap');
  const binary = join(folder, 'node_modules', name, 'bin', 'node');
  if (!existsSync(binary)) {
    const args = [
      npm,
      'install',
      '--prefix',
      folder,
      '--no-save',
      '--loglevel=error',
      `${name}@${NODE_VERSION}`,
    ];
    await run(
      process.execPath,
      args,
      `fetching Node ${NODE_VERSION} (this one is ${process.versions.node})`,
      {
        env: cleanEnvironment(),
      },
    );
  }
  return binary;
}

/** The outer npm's settings must not leak into the inner one; where to fetch from and proxies must. */
function cleanEnvironment() {
  const kept =
    /^npm_config_(registry|cache|cafile|proxy|https?_proxy|noproxy|userconfig|globalconfig)$/i;
  const environment = { ...process.env };
  delete environment.NODE_ENV;
  for (const name of Object.keys(environment)) {
    if (/^npm_(config|package|lifecycle)_/i.test(name) && !kept.test(name))
      delete environment[name];
  }
  return environment;
}
