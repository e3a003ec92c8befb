// The gateway's own errors, with the details that the services' errors have.
import { create } from '@bufbuild/protobuf';
import { durationFromMs } from '@bufbuild/protobuf/wkt';
import { Code, ConnectError } from '@connectrpc/connect';

import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.js';

const DOMAIN = 'athena';

/** An error with ErrorInfo, and RetryInfo where trying again may help. */
export function refusal(
  code: Code,
  reason: string,
  message: string,
  metadata: Readonly<Record<string, string>> = {},
  retryAfterMs?: number,
): ConnectError {
  const error = new ConnectError(message, code);
  error.details.push({
    desc: ErrorInfoSchema,
    value: create(ErrorInfoSchema, { reason, domain: DOMAIN, metadata: { ...metadata } }),
  });
  if (retryAfterMs !== undefined) {
    error.details.push({
      desc: RetryInfoSchema,
      value: create(RetryInfoSchema, { retryDelay: durationFromMs(retryAfterMs) }),
    });
  }
  return error;
}

/** A service that cannot be reached, or went away during a call. Its address is not told. */
export function unavailable(service: string): ConnectError {
  return refusal(Code.Unavailable, 'DEPENDENCY_UNAVAILABLE', `the ${service} service did not answer`, { service }, 1000);
}

/** ErrorInfo.reason of an error, or nothing. */
export function reasonOf(error: ConnectError): string {
  return error.findDetails(ErrorInfoSchema)[0]?.reason ?? '';
}

