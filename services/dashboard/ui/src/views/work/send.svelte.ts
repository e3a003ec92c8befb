// Sending a change: once, with what the service says of it beside the fields.
import { forget } from '../../app/data/cache.ts';
import { live } from '../../app/data/live.svelte.ts';
import { type Problem, problemOf } from '../../app/data/problem.ts';
import { fieldOf } from './texts.ts';

export class Sending {
  busy = $state(false);
  problem = $state.raw<Problem | undefined>();
  // What was done, in words.
  done = $state('');

  // The fault of a field, in the words of the service.
  fault(field: string): string | undefined {
    const found = this.problem?.fields.filter((one) => fieldOf(one.field) === field).map(({ description }) => description);
    return found && found.length > 0 ? found.join(' ') : undefined;
  }

  // The faults of a part of a list, "evidence[2]".
  faultIn(part: string): string | undefined {
    const found = this.problem?.fields.filter(({ field }) => field.replace(/^\w+\./, '').startsWith(part)).map(({ description }) => description);
    return found && found.length > 0 ? found.join(' ') : undefined;
  }

  // A request id that stays the same while the same content is sent again after an error.
  #content = '';
  #id = '';
  requestId(content: unknown): string {
    const text = JSON.stringify(content, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value));
    if (text !== this.#content) {
      this.#content = text;
      this.#id = crypto.randomUUID();
    }
    return this.#id;
  }

  async run(work: () => Promise<string>): Promise<boolean> {
    if (this.busy) return false;
    this.busy = true;
    this.problem = undefined;
    this.done = '';
    try {
      this.done = await work();
      this.#content = '';
      // Everything that was read before may be different now.
      forget();
      ++live.changes;
      return true;
    } catch (error) {
      this.problem = problemOf(error);
      return false;
    } finally {
      this.busy = false;
    }
  }
}
