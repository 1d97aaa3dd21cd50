// A small append-only file of a component, for what must not be decided twice: which traces were kept, which not.

export interface Journal {
  /** Everything that was appended and not removed, oldest first. */
  entries(): Promise<Uint8Array[]>;
  /** In memory at once, in the file within some ms. After a crash the last few may be missing, never a part of one. */
  append(entry: Uint8Array): void;
  /** Writes what is pending. */
  flush(): Promise<void>;
  /** Forgets all and begins with these: how a journal stays small. */
  replace(entries: Iterable<Uint8Array>): Promise<void>;
  /** Bytes in the file. */
  readonly size: number;
  close(): Promise<void>;
}
