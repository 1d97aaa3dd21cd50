// Spans of open traces as columns. A span's place is a number; places of closed traces are used again. Spans of one trace
// are a chain through `next`.

const FIRST_CAPACITY = 4_096;

export class SpanPool {
  capacity = FIRST_CAPACITY;
  /** Places in use. */
  size = 0;
  #free = -1;
  #fresh = 0;

  idHigh = new Uint32Array(FIRST_CAPACITY);
  idLow = new Uint32Array(FIRST_CAPACITY);
  parentHigh = new Uint32Array(FIRST_CAPACITY);
  parentLow = new Uint32Array(FIRST_CAPACITY);
  startHigh = new Uint32Array(FIRST_CAPACITY);
  startLow = new Uint32Array(FIRST_CAPACITY);
  /** ns; negative when the span ends before it starts. */
  durations = new Float64Array(FIRST_CAPACITY);
  services = new Int32Array(FIRST_CAPACITY);
  names = new Int32Array(FIRST_CAPACITY);
  endpoints = new Int32Array(FIRST_CAPACITY);
  peers = new Int32Array(FIRST_CAPACITY);
  outcomes = new Int32Array(FIRST_CAPACITY);
  kinds = new Uint8Array(FIRST_CAPACITY);
  statuses = new Uint8Array(FIRST_CAPACITY);
  weights = new Float32Array(FIRST_CAPACITY);
  next = new Int32Array(FIRST_CAPACITY);

  /** An empty place. */
  take(): number {
    this.size++;
    if (this.#free >= 0) {
      const place = this.#free;
      this.#free = this.next[place] ?? -1;
      return place;
    }
    if (this.#fresh === this.capacity) this.#grow();
    return this.#fresh++;
  }

  /** Gives back a chain. */
  release(first: number): void {
    for (let place = first; place >= 0;) {
      const following = this.next[place] ?? -1;
      this.next[place] = this.#free;
      this.#free = place;
      this.size--;
      place = following;
    }
    if (this.size === 0) this.#reset();
  }

  /** Nothing is open: start again, and in little memory. */
  #reset(): void {
    this.#free = -1;
    this.#fresh = 0;
    if (this.capacity > FIRST_CAPACITY * 16) this.#resize(FIRST_CAPACITY);
  }

  #grow(): void {
    this.#resize(this.capacity * 2);
  }

  #resize(capacity: number): void {
    const sized = <T extends Sizable<T>>(old: T, fresh: T): T => {
      fresh.set(old.length <= capacity ? old : old.subarray(0, capacity));
      return fresh;
    };
    this.capacity = capacity;
    this.idHigh = sized(this.idHigh, new Uint32Array(capacity));
    this.idLow = sized(this.idLow, new Uint32Array(capacity));
    this.parentHigh = sized(this.parentHigh, new Uint32Array(capacity));
    this.parentLow = sized(this.parentLow, new Uint32Array(capacity));
    this.startHigh = sized(this.startHigh, new Uint32Array(capacity));
    this.startLow = sized(this.startLow, new Uint32Array(capacity));
    this.durations = sized(this.durations, new Float64Array(capacity));
    this.services = sized(this.services, new Int32Array(capacity));
    this.names = sized(this.names, new Int32Array(capacity));
    this.endpoints = sized(this.endpoints, new Int32Array(capacity));
    this.peers = sized(this.peers, new Int32Array(capacity));
    this.outcomes = sized(this.outcomes, new Int32Array(capacity));
    this.kinds = sized(this.kinds, new Uint8Array(capacity));
    this.statuses = sized(this.statuses, new Uint8Array(capacity));
    this.weights = sized(this.weights, new Float32Array(capacity));
    this.next = sized(this.next, new Int32Array(capacity));
  }
}

interface Sizable<T> {
  readonly length: number;
  set(from: T): void;
  subarray(from: number, to: number): T;
}
