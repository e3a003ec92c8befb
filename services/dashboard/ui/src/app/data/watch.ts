// Signals that a scorecard changed.
import type { Basis } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { reporting } from './clients/reporting.ts';

// The basis of the scorecard as it is, and then of each change, for as long as the service tells.
export async function* watchBasis(scorecard: string, signal: AbortSignal): AsyncGenerator<Basis> {
  const answer = await reporting.getScorecard({ name: scorecard, depth: 0 }, { signal });
  if (answer.basis) yield answer.basis;
}
