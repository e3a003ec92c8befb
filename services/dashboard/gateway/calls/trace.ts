// W3C Trace Context (https://www.w3.org/TR/trace-context/): an id by which the log lines of one request are
// found here and in every service that it passes.
import { randomBytes } from 'node:crypto';

const WELL_FORMED = /^(?!ff)[\da-f]{2}-(?!0{32})[\da-f]{32}-(?!0{16})[\da-f]{16}-[\da-f]{2}(?=$|(?<!^00.*)-)/u;

/** The traceparent to go on with: the one sent where it is well-formed, else a new one. */
export function traceparentOf(sent: string | null | undefined): string {
  return WELL_FORMED.exec(sent ?? '')?.[0] ?? `00-${randomBytes(16).toString('hex')}-${randomBytes(8).toString('hex')}-00`;
}
