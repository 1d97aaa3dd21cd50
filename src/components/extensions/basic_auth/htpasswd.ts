// Users and their passwords in the form of Apache's htpasswd: bcrypt, {SHA}, {SSHA}, $apr1$, or the password itself.
// https://httpd.apache.org/docs/2.4/misc/password_encryptions.html

import { createHash, timingSafeEqual } from 'node:crypto';
import { compare } from 'bcryptjs';
import { AppError } from '../../../base/app-error.ts';
import { apr1 } from './apr1.ts';

export type Users = ReadonlyMap<string, string>;

/** Later lines win. @throws AppError `HTPASSWD_LINE` */
export function parseHtpasswd(text: string): Users {
  const users = new Map<string, string>();
  for (const [at, line] of text.split('\n').entries()) {
    const entry = line.trim();
    if (entry === '' || entry.startsWith('#')) continue;
    const cut = entry.indexOf(':');
    if (cut < 1) throw lineError(at + 1, 'has no ":" between user and password');
    const hash = entry.slice(cut + 1);
    if (kindOf(hash) === undefined) {
      throw lineError(at + 1, 'has a hash of a kind that is not known here; use htpasswd -B');
    }
    users.set(entry.slice(0, cut), hash);
  }
  return users;
}

const lineError = (line: number, what: string): AppError =>
  new AppError('HTPASSWD_LINE', { message: `htpasswd: line ${line} ${what}.` });

type Kind = 'bcrypt' | 'sha' | 'ssha' | 'apr1' | 'plain';

function kindOf(hash: string): Kind | undefined {
  if (/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) return 'bcrypt';
  if (hash.startsWith('{SHA}')) return 'sha';
  if (hash.startsWith('{SSHA}')) return 'ssha';
  if (/^\$apr1\$[^$]{1,8}\$[./A-Za-z0-9]{22}$/.test(hash)) return 'apr1';
  return /^\$\w+\$|^\{\w+\}/.test(hash) ? undefined : 'plain';
}

const SHA1_BYTES = 20;

export function isPassword(hash: string, password: string): Promise<boolean> | boolean {
  const encoded = hash.slice(hash.indexOf('}') + 1);
  switch (kindOf(hash)) {
    case 'bcrypt':
      return compare(password, hash);
    case 'sha':
      return isSame(sha1(Buffer.from(password)).toString('base64'), encoded);
    case 'ssha': {
      const bytes = Buffer.from(encoded, 'base64');
      const salt = bytes.subarray(SHA1_BYTES);
      const digest = sha1(Buffer.concat([Buffer.from(password), salt]));
      return isSame(digest.toString('hex'), bytes.toString('hex', 0, SHA1_BYTES));
    }
    case 'apr1':
      return isSame(apr1(password, hash.split('$')[2] ?? ''), hash);
    default:
      return isSame(password, hash);
  }
}

const sha1 = (bytes: Buffer): Buffer => createHash('sha1').update(bytes).digest();

/** The time tells nothing about how far they agree. */
const isSame = (a: string, b: string): boolean => timingSafeEqual(digestOf(a), digestOf(b));

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
