// Publications as files: GET /publications/{name of the publication}.json gives the bytes that were
// signed, to keep, to share and to verify. They never change.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';

import {
  DownloadPublicationRequestSchema,
  type DownloadPublicationResponse,
  GetPublicationRequestSchema,
  ReportingService,
} from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { type Publication, Publication_Audience } from '#gen/athena/reporting/v1/publication_pb.js';

import { type Answering, sliced } from './admission.ts';
import type { Forward } from '../calls/handlers.ts';
import { traceparentOf } from '../calls/trace.ts';
import { names } from './conditional.ts';
import { DEFAULT_DEADLINE_MS } from '../limits.ts';
import type { Login } from '../login/login.ts';
import type { Upstream } from '../calls/upstream.ts';

const PATH =
  /^\/publications\/(institutions\/[\w.~-]+\/plans\/[\w.~-]+\/scorecards\/\d{4}-Q[1-4]\/publications\/\d{1,9})\.json$/;

/** The publication that a path names; undefined: it names none. */
export function publicationOf(path: string): string | undefined {
  return PATH.exec(path)?.[1];
}

export async function answerDocument(
  name: string,
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
  from: { readonly reporting: Upstream; readonly login: Login; readonly forward: Forward },
): Promise<void> {
  const leaving = new AbortController();
  response.once('close', () => leaving.abort());
  const { getPublication, downloadPublication } = ReportingService.method;
  try {
    const call = {
      signal: leaving.signal,
      timeoutMs: DEFAULT_DEADLINE_MS,
      authorization: await from.login.authorization(request),
      traceparent: traceparentOf(String(request.headers['traceparent'] ?? '')),
    };
    const publication = (await from.forward.unary(
      from.reporting, getPublication, create(GetPublicationRequestSchema, { name }), call)) as Publication;
    const etag = `"${publication.sha256}"`;
    const everybody = publication.audience === Publication_Audience.PUBLIC;
    response.setHeader('etag', etag);
    response.setHeader('cache-control', everybody ? 'public, max-age=31536000, immutable' : 'private, no-cache');
    response.setHeader('vary', 'authorization, cookie');
    if (names(request.headers['if-none-match'], etag)) {
      response.writeHead(304).end();
      return;
    }
    response.writeHead(200, {
      'content-type': 'application/json',
      'content-length': String(publication.documentBytes),
      'content-disposition': `attachment; filename="${fileName(name)}"`,
    });
    if (request.method === 'HEAD') {
      response.end();
      return;
    }
    const parts = from.forward.stream(
      from.reporting, downloadPublication, create(DownloadPublicationRequestSchema, { name }),
      { ...call, timeoutMs: undefined });
    for await (const slice of sliced(bytesOf(parts as AsyncIterable<DownloadPublicationResponse>), answering)) {
      if (!response.write(slice)) await drained(response);
    }
    response.end();
  } catch (error) {
    fail(response, ConnectError.from(error));
  }
}

async function* bytesOf(parts: AsyncIterable<DownloadPublicationResponse>): AsyncGenerator<Uint8Array> {
  for await (const part of parts) yield* part.pieces;
}

// "institutions/gob/plans/strategy/scorecards/2021-Q3/publications/1": gob-strategy-2021-Q3-1.json
function fileName(name: string): string {
  const [, institution, , plan, , quarter, , number] = name.split('/');
  return `${institution}-${plan}-${quarter}-${number}.json`;
}

function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve, reject) => {
    const close = (): void => reject(new ConnectError('the client went away', Code.Canceled));
    response.once('drain', () => {
      response.off('close', close);
      resolve();
    });
    response.once('close', close);
  });
}

const STATUS: Readonly<Partial<Record<Code, number>>> = {
  [Code.NotFound]: 404,
  [Code.PermissionDenied]: 403,
  [Code.Unauthenticated]: 401,
  [Code.InvalidArgument]: 400,
  [Code.ResourceExhausted]: 429,
  [Code.Unavailable]: 503,
  [Code.DeadlineExceeded]: 504,
};

function fail(response: ServerResponse, error: ConnectError): void {
  if (response.headersSent) {
    response.destroy(); // so that the file is seen to be incomplete
    return;
  }
  for (const name of ['etag', 'cache-control', 'vary']) response.removeHeader(name);
  response.writeHead(STATUS[error.code] ?? 500, { 'content-type': 'text/plain; charset=utf-8' });
  response.end(error.rawMessage + '\n');
}
