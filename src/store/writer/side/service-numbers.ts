// Services and outside peers, numbered in order of first arrival. The table `services` is the truth; this is its copy
// in memory, from which the rows of new names are made.

import type { Engine } from '../../contract.ts';
import { services } from '../../schema/side-tables.ts';
import { pushString, TableColumns } from '../native/columns.ts';

/** Peers that get a number. Further ones are stored in their spans like all others, but get no hue of their own. */
const OUTSIDE_MAX = 10_000;

interface Entry {
  readonly number: number;
  readonly outside: boolean;
  readonly firstSeenMs: number;
}

export class ServiceNumbers {
  readonly #columns = new TableColumns(services);
  /** Keys are Latin-1: one character a byte. */
  readonly #entries = new Map<string, Entry>();
  readonly #pending = new Set<string>();
  #next = 0;
  #outside = 0;

  /** What the engine has. */
  static async load(engine: Engine): Promise<ServiceNumbers> {
    const numbers = new ServiceNumbers();
    const sql =
      'SELECT base64Encode(Name), Number, Outside, toUnixTimestamp64Milli(FirstSeen) FROM services FINAL';
    let text = '';
    const decoder = new TextDecoder();
    for await (const chunk of engine.query(sql, { format: 'JSONCompactEachRow' })) {
      text += decoder.decode(chunk, { stream: true });
    }
    for (const line of text.split('\n')) {
      if (line !== '') numbers.#take(JSON.parse(line));
    }
    return numbers;
  }

  /** Notes a service (`outside` false) or a peer that a block names. */
  note(name: string, outside: boolean, receivedAtMs: number): void {
    if (name === '') return;
    const known = this.#entries.get(name);
    if (known === undefined) {
      if (outside && this.#outside >= OUTSIDE_MAX) return;
      if (outside) this.#outside++;
      this.#entries.set(name, { number: this.#next++, outside, firstSeenMs: receivedAtMs });
      this.#pending.add(name);
    } else if (known.outside && !outside) {
      this.#entries.set(name, { ...known, outside: false });
      this.#pending.add(name);
    }
  }

  /** Rows of all names that are new or changed since the last call; valid until the next. */
  takeRows(): TableColumns {
    const columns = this.#columns;
    columns.clear();
    for (const name of this.#pending) {
      const entry = this.#entries.get(name);
      if (entry === undefined) continue;
      const bytes = Buffer.from(name, 'latin1');
      pushString(columns.string('Name'), bytes, 0, bytes.length);
      columns.fixed('Number').data.pushUint32(entry.number);
      columns.fixed('Outside').data.pushUint8(entry.outside ? 1 : 0);
      columns.fixed('FirstSeen').data.pushCount(entry.firstSeenMs);
      columns.rows++;
    }
    this.#pending.clear();
    return columns;
  }

  #take(row: unknown): void {
    if (!Array.isArray(row)) return;
    const [name, number, outside, firstSeenMs] = row.map(String);
    const entry = {
      number: Number(number),
      outside: outside === '1',
      firstSeenMs: Number(firstSeenMs),
    };
    this.#entries.set(Buffer.from(name ?? '', 'base64').toString('latin1'), entry);
    this.#next = Math.max(this.#next, entry.number + 1);
    if (entry.outside) this.#outside++;
  }
}
