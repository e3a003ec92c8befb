// Who has signed in. Browsers hold a random name, and everything else stays here, in memory: a restart of
// the gateway signs everybody out.
import { createHash, randomBytes } from 'node:crypto';

interface Entry<T> {
  readonly value: T;
  readonly endsAt: number;
  usedAt: number;
}

export interface SessionLimits {
  /** From the beginning, and from the last use. */
  readonly lifetimeMs: number;
  readonly idleMs: number;
  /** Beyond it the one that was unused for longest ends. */
  readonly most: number;
}

/** Values by a name that cannot be guessed. */
export class Sessions<T> {
  // By the hash of the name: a picture of the memory's keys signs nobody in.
  readonly #entries = new Map<string, Entry<T>>();
  readonly #limits: SessionLimits;
  readonly #now: () => number;

  constructor(limits: SessionLimits, now: () => number = Date.now) {
    this.#limits = limits;
    this.#now = now;
  }

  /** Returns the name. */
  add(value: T): string {
    const now = this.#now();
    // The map is in the order of the last use.
    for (const [key, entry] of this.#entries) {
      if (this.#entries.size < this.#limits.most && this.#lives(entry, now)) break;
      this.#entries.delete(key);
    }
    const name = randomBytes(32).toString('base64url');
    this.#entries.set(keyOf(name), { value, endsAt: now + this.#limits.lifetimeMs, usedAt: now });
    return name;
  }

  /** The value, which counts as a use; undefined: there is none, or it has ended. */
  use(name: string | undefined): T | undefined {
    if (name === undefined) return undefined;
    const key = keyOf(name);
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    this.#entries.delete(key);
    const now = this.#now();
    if (!this.#lives(entry, now)) return undefined;
    entry.usedAt = now;
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Ends it, and returns the value it had. */
  end(name: string | undefined): T | undefined {
    const value = this.use(name);
    if (name !== undefined) this.#entries.delete(keyOf(name));
    return value;
  }

  #lives(entry: Entry<T>, now: number): boolean {
    return now < entry.endsAt && now < entry.usedAt + this.#limits.idleMs;
  }
}

function keyOf(name: string): string {
  return createHash('sha256').update(name).digest('base64');
}
