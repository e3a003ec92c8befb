// Bounds what clients make the gateway hold: large requests that arrive slowly, answers that nobody takes.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { MAX_LARGE_REQUESTS, MAX_REQUEST_BYTES, MAX_UNSENT_BYTES, SMALL_REQUEST_BYTES, STALLED_MS } from '../limits.ts';

const SWEEP_MS = 1000;

export interface RefusedSize {
  readonly status: 413 | 429;
  readonly message: string;
}

/** An answer in progress. */
export interface Answering {
  /** Bytes of its body that are in memory, and not handed to the connection yet. */
  held: number;
  /** What was unsent when it was last looked at, and since when it is so much. */
  unsent: number;
  since: number;
}

/** Parts of a body that a connection takes at once: small, so that progress is seen. */
const SLICE_BYTES = 64 << 10;

export async function* sliced(body: AsyncIterable<Uint8Array>, answering: Answering): AsyncGenerator<Uint8Array> {
  for await (const part of body) {
    for (let from = 0; from < part.length; from += SLICE_BYTES) {
      const slice = part.subarray(from, from + SLICE_BYTES);
      answering.held = part.length - from - slice.length;
      yield slice;
    }
  }
  answering.held = 0;
}

export class Admission {
  #large = 0;
  readonly #answering = new Map<ServerResponse, Answering>();
  readonly #sweeps: NodeJS.Timeout;

  constructor() {
    this.#sweeps = setInterval(() => this.#sweep(Date.now()), SWEEP_MS).unref();
  }

  /** Counts a request and its answer until they end; or why it is refused. */
  admit(request: IncomingMessage, response: ServerResponse): RefusedSize | Answering {
    const declared = request.headers['content-length'];
    const chunked = request.headers['transfer-encoding'] !== undefined;
    const bytes = chunked ? Infinity : Number(declared ?? 0);
    if (!chunked && bytes > MAX_REQUEST_BYTES) {
      return { status: 413, message: `requests have at most ${MAX_REQUEST_BYTES} bytes` };
    }
    if (bytes > SMALL_REQUEST_BYTES) {
      if (this.#large >= MAX_LARGE_REQUESTS) {
        return { status: 429, message: `more than ${MAX_LARGE_REQUESTS} large requests at once` };
      }
      this.#large++;
      let counted = true;
      const release = (): void => {
        if (counted) this.#large--;
        counted = false;
      };
      response.once('close', release);
      // A request of unknown size that turned out to be small.
      const before = request.socket.bytesRead;
      request.once('end', () => {
        if (request.socket.bytesRead - before <= SMALL_REQUEST_BYTES) release();
      });
    }
    const answering: Answering = { held: 0, unsent: 0, since: Date.now() };
    this.#answering.set(response, answering);
    response.once('close', () => this.#answering.delete(response));
    return answering;
  }

  close(): void {
    clearInterval(this.#sweeps);
  }

  #sweep(now: number): void {
    let total = 0;
    const waiting: [unsent: number, response: ServerResponse][] = [];
    for (const [response, answering] of this.#answering) {
      const unsent = answering.held + response.writableLength;
      if (unsent === 0 || unsent !== answering.unsent) answering.since = now;
      answering.unsent = unsent;
      if (now - answering.since > STALLED_MS) {
        response.destroy();
      } else if (unsent > 0) {
        total += unsent;
        waiting.push([unsent, response]);
      }
    }
    waiting.sort(([a], [b]) => b - a);
    for (const [unsent, response] of waiting) {
      if (total <= MAX_UNSENT_BYTES) break;
      response.destroy();
      total -= unsent;
    }
  }
}
