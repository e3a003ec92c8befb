// What went wrong, in a form that can be told.
import { Code, ConnectError } from '@connectrpc/connect';
import { BadRequestSchema, ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.js';
import { serviceAsked } from './transport.ts';

export interface Problem {
  code: Code;
  reason: string; // of google.rpc.ErrorInfo, "NEVER_CLOSED"; may be empty
  service: string; // the service that does not answer, "plan"; may be empty
  network: boolean; // the gateway itself was not reached
  message: string; // what the service said, in English
  fields: { field: string; description: string }[];
  retryable: boolean;
  retryAfter: number; // milliseconds that the service asks to wait; 0: it does not say
  error: unknown;
}

// The reader went away; nothing is wrong.
export function isCancelled(error: unknown): boolean {
  return (error instanceof ConnectError && error.code === Code.Canceled) || (error instanceof DOMException && error.name === 'AbortError');
}

export function problemOf(error: unknown): Problem {
  const failure = ConnectError.from(error, Code.Unknown);
  const info = failure.findDetails(ErrorInfoSchema)[0];
  const retry = failure.findDetails(RetryInfoSchema)[0];
  // Fetch fails with a TypeError when nothing listens.
  const network = error instanceof TypeError || failure.cause instanceof TypeError;
  const service = network ? '' : (info?.metadata['service'] ?? (failure.code === Code.Unavailable ? (serviceAsked(failure) ?? '') : ''));
  return {
    code: failure.code,
    reason: info?.reason ?? '',
    service,
    network,
    message: failure.rawMessage,
    fields: failure.findDetails(BadRequestSchema).flatMap((bad) => bad.fieldViolations.map(({ field, description }) => ({ field, description }))),
    retryable:
      network ||
      failure.code === Code.Unavailable ||
      failure.code === Code.DeadlineExceeded ||
      failure.code === Code.Internal ||
      failure.code === Code.Unknown ||
      (failure.code === Code.ResourceExhausted && retry !== undefined),
    retryAfter: retry?.retryDelay ? Number(retry.retryDelay.seconds) * 1000 + Math.ceil(retry.retryDelay.nanos / 1e6) : 0,
    error,
  };
}
