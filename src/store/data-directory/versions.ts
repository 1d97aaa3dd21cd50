// `DIR/VERSION`: the formats that the data has. A newer one is refused before anything is touched, and names the
// version of Throughline that is needed; an older one is migrated.

import { open, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError } from '../../base/app-error.ts';

export interface FormatVersions {
  /** Tables in `engine/`; 0: none yet. */
  readonly schema: number;
  /** Segments in `log/`. */
  readonly log: number;
}

export interface VersionFile extends FormatVersions {
  /** The oldest version of Throughline that reads these formats. */
  readonly needs: string;
}

const NAME = 'VERSION';

/** Undefined: the directory is new. Throws `DATA_UNREADABLE`. */
export async function readVersions(directory: string): Promise<VersionFile | undefined> {
  let text: string;
  try {
    text = await readFile(join(directory, NAME), 'utf8');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  }
  const versions = parse(text);
  if (versions !== undefined) return versions;
  throw new AppError('DATA_UNREADABLE', {
    message: `${join(directory, NAME)} is not what Throughline writes. Restore it, or choose another directory with --data.`,
  });
}

/** Throws `DATA_TOO_NEW`. */
export function refuseNewer(directory: string, found: VersionFile, known: FormatVersions): void {
  if (found.schema <= known.schema && found.log <= known.log) return;
  throw new AppError('DATA_TOO_NEW', {
    message: `${directory} was written by a newer version: it needs Throughline ${found.needs} or later. Nothing was changed. Install that version, or choose another directory with --data.`,
    details: { needs: found.needs, schema: found.schema, log: found.log },
  });
}

/** On disk when it resolves, whole or not at all. */
export async function writeVersions(directory: string, versions: VersionFile): Promise<void> {
  const aside = join(directory, `${NAME}.new`);
  const file = await open(aside, 'w');
  try {
    await file.writeFile(`${JSON.stringify(versions)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(aside, join(directory, NAME));
}

function parse(text: string): VersionFile | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  const { schema, log, needs }: { schema?: unknown; log?: unknown; needs?: unknown } = value;
  const whole = Number.isInteger(schema) && Number.isInteger(log) && typeof needs === 'string';
  return whole ? { schema: Number(schema), log: Number(log), needs } : undefined;
}
