// What the first answers about scorecards were computed from: changes are watched from there on.
import type { Interceptor } from '@connectrpc/connect';
import type { Basis } from '#gen/athena/reporting/v1/scorecard_pb.js';

const waiting = new Map<string, (basis: Basis) => void>();

// Takes the basis of each scorecard or board table as it is now.
export const tellBasis: Interceptor = (next) => async (request) => {
  const response = await next(request);
  if (!request.stream && !response.stream) {
    const { name, asOf } = request.message as { name?: string; asOf?: unknown };
    const { basis } = response.message as { basis?: Basis };
    if (name && basis && !asOf) waiting.get(name.replace(/\/boardTable$/, ''))?.(basis);
  }
  return response;
};

// The basis of the next answer about a scorecard; undefined where none comes within so many milliseconds.
export function nextBasis(scorecard: string, within: number, signal: AbortSignal): Promise<Basis | undefined> {
  return new Promise((resolve) => {
    const done = (basis?: Basis) => {
      waiting.delete(scorecard);
      clearTimeout(timer);
      resolve(basis);
    };
    const timer = setTimeout(done, within);
    waiting.set(scorecard, done);
    signal.addEventListener('abort', () => done(), { once: true });
  });
}
