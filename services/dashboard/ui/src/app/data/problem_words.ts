// A problem as one sentence for the reader.
import { Code } from '@connectrpc/connect';
import type { Words } from '../../words/en.ts';
import type { Problem } from './problem.ts';

export function problemSentence(problem: Problem, { problem: words }: Words): string {
  if (problem.network) return words.network;
  switch (problem.reason) {
    case 'PERIOD_OUTSIDE_PLAN':
      return words.outsidePlan;
    case 'FUTURE_AS_OF':
      return words.future;
    case 'NEVER_CLOSED':
      return words.neverClosed;
    case 'LINEAGE_CHANGED':
      return words.lineage;
    case 'ENGINE_VERSION_UNAVAILABLE':
      return words.rules;
    case 'ANSWER_TOO_LARGE':
      return words.tooLarge;
    case 'PLAN_TOO_LARGE':
      return words.planTooLarge;
    case 'ETAG_MISMATCH':
      return words.changedMeanwhile;
  }
  switch (problem.code) {
    case Code.Unavailable: {
      const service = problem.service as keyof typeof words.services;
      return service in words.services ? words.unavailable(words.services[service]) : words.unavailableUnknown;
    }
    case Code.DeadlineExceeded:
      return words.slow;
    case Code.PermissionDenied:
      return words.denied;
    case Code.Unauthenticated:
      return words.unauthenticated;
    case Code.NotFound:
      return words.notFound;
    case Code.ResourceExhausted:
      return words.busy;
    case Code.AlreadyExists:
      return words.exists;
    case Code.Aborted:
      return words.changedMeanwhile;
    case Code.InvalidArgument:
      return problem.fields.length > 0 ? `${words.invalid} ${problem.fields.map((field) => field.description).join('; ')}` : words.refused;
    case Code.FailedPrecondition:
      return words.refused;
    default:
      return words.internal;
  }
}
