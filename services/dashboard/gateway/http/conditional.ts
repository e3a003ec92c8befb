// Answers that a client has already: of GETs the same answer is not sent twice.
import { createHash } from 'node:crypto';

import type { UniversalServerRequest, UniversalServerResponse } from '@connectrpc/connect/protocol';

/** Gives the answer to a GET an ETag, and leaves out the body that the client names in If-None-Match. The
 *  answer may be kept, and is asked for again each time: nothing stale is ever shown. What somebody reads who
 *  signed in is not kept: the next person at the same computer would find it on the disk. */
export async function conditional(
  request: UniversalServerRequest,
  response: UniversalServerResponse,
): Promise<UniversalServerResponse> {
  if (response.status !== 200 || response.body === undefined) return response;
  const parts: Uint8Array[] = [];
  const hash = createHash('sha256');
  for await (const part of response.body) {
    parts.push(part);
    hash.update(part);
  }
  const etag = `"${hash.digest('base64url').slice(0, 32)}"`;
  const header = new Headers(response.header);
  header.set('etag', etag);
  header.set('cache-control', request.header.has('cookie') ? 'no-store' : 'private, no-cache');
  header.set('vary', 'accept-encoding, authorization, cookie');
  if (names(request.header.get('if-none-match'), etag)) {
    for (const name of ['content-length', 'content-type', 'content-encoding']) header.delete(name);
    return { status: 304, header };
  }
  return { status: 200, header, body: all(parts) };
}

export function names(ifNoneMatch: string | null | undefined, etag: string): boolean {
  if (ifNoneMatch === null || ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((one) => {
    const named = one.trim().replace(/^W\//, '');
    return named === etag || named === '*';
  });
}

async function* all(parts: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  yield* parts;
}
