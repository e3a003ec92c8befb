// Signals that a scorecard changed: told by the reporting service where it can, else by asking.
import { create, type DescMessage, type DescMethodServerStreaming, type Message } from '@bufbuild/protobuf';
import { Code } from '@connectrpc/connect';
import { ReportingService, ScorecardView } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import type { Basis, Scorecard } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { getScorecard } from './clients/first.ts';
import { problemOf } from './problem.ts';
import { calls, isCode } from './transport.ts';

export interface Signal {
  basis: Basis;
  // Whether the next change will be told; otherwise one has to ask again.
  told: boolean;
}

const method = ReportingService.methods.find((one) => one.localName === 'watchScorecard') as DescMethodServerStreaming<DescMessage, DescMessage> | undefined;
// Whether this service can tell; known after the first try.
let tells = method !== undefined;
// What is watched: everything, or the plan alone where everything is too large for one answer.
let small = false;

async function* toldOf(scorecard: string, signal: AbortSignal, known?: Basis): AsyncGenerator<Signal> {
  if (!method) return;
  const request = Object.assign(create(method.input), { name: scorecard, view: small ? ScorecardView.BASIC : ScorecardView.FULL, ...(small ? { depth: 0 } : {}), ...(known ? { basis: known } : {}) });
  // Without a time limit: it lasts until one goes on.
  const answer = await calls.stream(method, signal, 0, undefined, once(request));
  if (known) yield { basis: known, told: true };
  for await (const message of answer.message as AsyncIterable<Message>) {
    const { basis } = message as Scorecard;
    if (basis) yield { basis, told: true };
  }
}

async function* once<T>(message: T): AsyncGenerator<T> {
  yield message;
}

// The basis of the scorecard as it is, and then of each change, for as long as the service tells. The service
// sends a whole scorecard; where the page has one already, by its basis, only those that differ from it.
export async function* watchBasis(scorecard: string, signal: AbortSignal, known?: Basis): AsyncGenerator<Signal> {
  if (tells) {
    try {
      yield* toldOf(scorecard, signal, known);
      return;
    } catch (error) {
      if (isCode(error, Code.Unimplemented)) tells = false;
      else if (problemOf(error).reason === 'ANSWER_TOO_LARGE' && !small) small = true;
      else throw error;
    }
  }
  const answer = await getScorecard({ name: scorecard, depth: 0 }, { signal });
  if (answer.basis) yield { basis: answer.basis, told: false };
}
