// Loading what a view shows: cancelled when the reader moves on, tried again when a service was
// away, asked anew when something changed; what is there stays while that happens.
import { untrack } from 'svelte';
import { keep, recall } from './cache.ts';
import { live } from './live.svelte.ts';
import { isCancelled, type Problem, problemOf } from './problem.ts';

export interface Asked<T> {
  // What is asked, completely: two equal keys have the same answer.
  key: string;
  // What the answer is about. While only the rest of the key changes (a filter, the language), the
  // earlier answer stays in view, marked as busy. Default: the key.
  subject?: string;
  // The answer never changes, so that it need not be asked again.
  fixed?: boolean;
  fetch: (signal: AbortSignal) => Promise<T>;
}

export class Load<T> {
  // The latest answer about the present subject.
  data = $state.raw<T | undefined>();
  // When it was received.
  at = $state.raw<Date | undefined>();
  // Why the latest try failed; undefined when it did not.
  problem = $state.raw<Problem | undefined>();
  // Whether an answer is awaited.
  busy = $state(false);

  #subject = '';
  #key = '';
  #asked: Asked<T> | undefined;
  #abort: AbortController | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #failures = 0;

  // Asks; undefined: there is nothing to ask.
  ask(asked: Asked<T> | undefined): void {
    this.stop();
    this.#asked = asked;
    if (!asked) {
      this.#clear();
      return;
    }
    const subject = asked.subject ?? asked.key;
    if (asked.key !== this.#key) {
      this.problem = undefined;
      this.#failures = 0;
      const known = recall<T>(asked.key);
      if (known) {
        this.data = known.value;
        this.at = known.at;
      } else if (subject !== this.#subject) {
        this.data = undefined;
        this.at = undefined;
      }
      this.#key = asked.key;
      this.#subject = subject;
      if (known && asked.fixed) return;
    }
    void this.#fetch(asked);
  }

  // Tries again at once.
  retry = (): void => {
    const asked = this.#asked;
    this.stop();
    if (asked) void this.#fetch(asked);
  };

  stop(): void {
    this.#abort?.abort();
    this.#abort = undefined;
    clearTimeout(this.#timer);
    this.busy = false;
  }

  #clear(): void {
    this.data = undefined;
    this.at = undefined;
    this.problem = undefined;
    this.#key = '';
    this.#subject = '';
  }

  async #fetch(asked: Asked<T>): Promise<void> {
    const abort = new AbortController();
    this.#abort = abort;
    this.busy = true;
    try {
      const value = await asked.fetch(abort.signal);
      if (abort.signal.aborted) return;
      this.data = value;
      this.at = new Date();
      this.problem = undefined;
      this.#failures = 0;
      keep(asked.key, value, this.at);
      live.reached(this.at);
    } catch (error) {
      if (abort.signal.aborted || isCancelled(error)) return;
      this.problem = problemOf(error);
      ++this.#failures;
      if (this.problem.retryable) {
        // Twice as long after each failure, at most half a minute.
        const wait = Math.max(this.problem.retryAfter, Math.min(1000 * 2 ** (this.#failures - 1), 30_000));
        this.#timer = setTimeout(() => {
          if (document.visibilityState === 'visible') this.retry();
          else document.addEventListener('visibilitychange', this.retry, { once: true });
        }, wait);
      }
    }
    if (this.#abort === abort) this.busy = false;
  }
}

// To be called while a component is set up. What is asked is asked anew when its key changes, and,
// unless it is fixed, when the figures change; a change of the address alone asks nothing.
export function load<T>(asked: () => Asked<T> | undefined): Load<T> {
  const loading = new Load<T>();
  const present = $derived(asked());
  const key = $derived(present?.key);
  $effect(() => {
    void key;
    const next = untrack(() => present);
    if (next && !next.fixed) void live.changes;
    untrack(() => loading.ask(next));
    return () => untrack(() => loading.stop());
  });
  return loading;
}
