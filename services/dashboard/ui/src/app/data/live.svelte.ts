// Whether what a page shows is still so. A page as of now is told of changes by the reporting
// service, where that can, or else asks every half minute while it is looked at.
import { basisKey } from './basis.ts';
import { nextBasis } from './first_basis.ts';
import { isCancelled } from './problem.ts';
import { watchBasis } from './watch.ts';

const interval = 30_000;
// How long a page may take to ask for what it shows.
const patience = 3_000;

class Live {
  // Counts the changes that were seen: what depends on it is asked anew.
  changes = $state(0);
  // When it was last known that nothing had changed.
  checked = $state.raw<Date | undefined>();
  // The last check failed: what is shown may be old.
  lost = $state(false);
  // The service tells of every change, so that there is nothing to check.
  told = $state(false);

  #basis: string | undefined;
  #abort: AbortController | undefined;

  // An answer of any kind was received just now.
  reached(at: Date): void {
    this.checked = at;
  }

  // Watches a scorecard until the returned function is called.
  watch(scorecard: string): () => void {
    const abort = new AbortController();
    this.#abort?.abort();
    this.#abort = abort;
    this.#basis = undefined;
    this.lost = false;
    this.told = false;
    void this.#run(scorecard, abort.signal);
    return () => abort.abort();
  }

  async #run(scorecard: string, signal: AbortSignal): Promise<void> {
    // Begins after the page has what it shows, and goes on from there.
    let known = await nextBasis(scorecard, patience, signal);
    for (let failures = 0; !signal.aborted; ) {
      await visible(signal);
      if (signal.aborted) return;
      const from = known;
      known = undefined;
      try {
        for await (const { basis, told } of watchBasis(scorecard, signal, from)) {
          if (signal.aborted) return;
          const seen = basisKey(basis);
          // After an interruption everything is asked anew, even where the basis is as it was: other
          // figures (a risk, a publication) may have changed meanwhile.
          if (this.#basis !== undefined && (seen !== this.#basis || this.lost)) ++this.changes;
          this.#basis = seen;
          this.checked = new Date();
          this.lost = false;
          this.told = told;
          failures = 0;
        }
        if (!signal.aborted) await pause(interval, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isCancelled(error)) this.lost = true;
        this.told = false;
        await pause(Math.min(1000 * 2 ** failures++, interval), signal);
      }
    }
  }
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, milliseconds);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      resolve();
    }, { once: true });
  });
}

// Resolves when the page is looked at.
function visible(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (document.visibilityState !== 'visible' && !signal.aborted) return;
      document.removeEventListener('visibilitychange', look);
      resolve();
    };
    document.addEventListener('visibilitychange', look);
    signal.addEventListener('abort', look, { once: true });
    look();
  });
}

export const live = new Live();
