// The HTTP server: what is refused before anything is read, and who answers which path.
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';

import { createContextValues } from '@connectrpc/connect';
import type { UniversalHandler } from '@connectrpc/connect/protocol';
import { universalRequestFromNodeRequest, universalResponseToNodeResponse } from '@connectrpc/connect-node';

import { Admission, type Answering, sliced } from './admission.ts';
import { Calls, type Forward, handlers, REQUEST, type Upstreams } from '../calls/handlers.ts';
import { conditional } from './conditional.ts';
import { answerDocument, publicationOf } from './documents.ts';
import {
  HEADERS_TIMEOUT_MS, KEEP_ALIVE_MS, MAX_CONNECTIONS, MAX_HEADER_BYTES, REQUEST_TIMEOUT_MS,
} from '../limits.ts';
import type { Log } from '../log.ts';
import type { Login } from '../login/login.ts';
import type { PlanTitles } from './plan_titles.ts';
import { refusedBecause, setSecurityHeaders, type Site } from './security.ts';

export interface Gateway {
  readonly upstreams: Upstreams;
  readonly login: Login;
  readonly forward: Forward;
  readonly site: Site;
  readonly calls: Calls;
  readonly log: Log;
  readonly files: (request: IncomingMessage, response: ServerResponse) => void;
  /** What readers verify publications with, in PEM. */
  readonly publicKey: string | undefined;
  /** public: titles of its plans. */
  readonly titles: PlanTitles | undefined;
}

export function gatewayServer(gateway: Gateway): Server {
  const { site, log } = gateway;
  const byPath = handlers(gateway.upstreams, gateway.login, gateway.forward, gateway.calls, log);
  const admission = new Admission();

  const server = createServer(
    {
      maxHeaderSize: MAX_HEADER_BYTES,
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_MS,
      connectionsCheckingInterval: 1000,
      noDelay: true,
    },
    (request, response) => {
      setSecurityHeaders(response, site);
      const path = (request.url ?? '').split('?', 1)[0] ?? '';
      const refuse = (status: number, code: string, message: string): void => {
        log('info', 'request refused', { path: path.slice(0, 200), status, message });
        refuseRequest(request, response, status, code, message);
      };
      const handler = byPath.get(path);
      const isCall = handler !== undefined || CALL_PATH.test(path);
      const because = refusedBecause(request.headers, request.method ?? '', isCall ? 'call' : 'page', site);
      if (because !== undefined) return refuse(403, 'permission_denied', because);
      const admitted = admission.admit(request, response);
      if ('status' in admitted) return refuse(admitted.status, 'resource_exhausted', admitted.message);
      if (handler !== undefined) {
        call(isJson(request) ? handler.json : handler.binary, request, response, admitted).catch((error: unknown) => broken(log, response, path, error));
        return;
      }
      if (isCall) return refuse(404, 'unimplemented', `there is no RPC ${path.slice(0, 200)}`);
      other(gateway, request, response, path, admitted).catch((error: unknown) => broken(log, response, path, error));
    },
  );
  server.maxConnections = MAX_CONNECTIONS;
  server.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Headers that are too large, too slow or no HTTP.
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? '431 Request Header Fields Too Large'
      : error.code === 'ERR_HTTP_REQUEST_TIMEOUT' ? '408 Request Timeout'
      : '400 Bad Request';
    if (socket.writable) socket.end(`HTTP/1.1 ${status}\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
    else socket.destroy();
  });
  server.on('close', () => admission.close());
  return server;
}

// What names a method, known or not.
const CALL_PATH = /^\/(?:\w+\/)?(?:\w+\.)+\w+\/\w+$/;

// Whether a call's messages are JSON.
function isJson(request: IncomingMessage): boolean {
  const { method, url = '', headers } = request;
  if (method === 'GET') return new URLSearchParams(url.split('?', 2)[1]).get('encoding') === 'json';
  return /json/.test(headers['content-type'] ?? '');
}

async function call(
  handler: UniversalHandler,
  request: IncomingMessage,
  response: ServerResponse,
  answering: Answering,
): Promise<void> {
  if (!handler.allowedMethods.includes(request.method ?? '')) {
    response.setHeader('allow', handler.allowedMethods.join(', '));
    return refuseRequest(request, response, 405, 'unimplemented', `this RPC takes ${handler.allowedMethods.join(', ')}`);
  }
  const values = createContextValues().set(REQUEST, request);
  const asked = universalRequestFromNodeRequest(request, response, undefined, values);
  let answer = await handler(asked);
  if (request.method === 'GET') answer = await conditional(asked, answer);
  else if (!response.hasHeader('cache-control')) response.setHeader('cache-control', 'no-store');
  if (answer.body !== undefined) answer = { ...answer, body: sliced(answer.body, answering) };
  await universalResponseToNodeResponse(answer, response);
}

async function other(
  gateway: Gateway,
  request: IncomingMessage,
  response: ServerResponse,
  path: string,
  answering: Answering,
): Promise<void> {
  const reads = request.method === 'GET' || request.method === 'HEAD';
  if (await gateway.login.answer(request, response, path)) return;
  if (!reads) return refuseRequest(request, response, 405, 'unimplemented', 'GET or HEAD');
  if (path === '/config') {
    const config = await gateway.login.pageConfig(request);
    const body = JSON.stringify(gateway.publicKey === undefined ? config : { ...config, publicKey: true });
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-store' });
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  if (path === '/public-key.pem' && gateway.publicKey !== undefined) {
    response.writeHead(200, { 'content-type': 'application/x-pem-file', 'cache-control': 'no-cache' });
    response.end(request.method === 'HEAD' ? undefined : gateway.publicKey);
    return;
  }
  if (path === '/plan-titles' && gateway.titles !== undefined) {
    const body = JSON.stringify(await gateway.titles.all());
    response.writeHead(200, { 'content-type': 'application/json', 'cache-control': 'no-cache' });
    response.end(request.method === 'HEAD' ? undefined : body);
    return;
  }
  const publication = publicationOf(path);
  if (publication !== undefined) {
    await answerDocument(publication, request, response, answering, {
      reporting: gateway.upstreams.reporting, login: gateway.login, forward: gateway.forward,
    });
    return;
  }
  gateway.files(request, response);
}

// How long a refused client may go on sending before the connection is cut. Cut at once, the client
// would not read why it was refused.
const LINGER_MS = 500;

/** Answers as Connect's errors do. The rest of the request is thrown away. */
function refuseRequest(
  request: IncomingMessage, response: ServerResponse, status: number, code: string, message: string,
): void {
  const { socket } = request;
  if (!request.complete) {
    response.setHeader('connection', 'close');
    // Called by node:http when the answer is written.
    socket.destroySoon = () => void socket.end(() => setTimeout(() => socket.destroy(), LINGER_MS).unref());
    request.resume();
  }
  response.writeHead(status, { 'content-type': 'application/json', 'cache-control': 'no-store' });
  response.end(JSON.stringify({ code, message }));
}

function broken(log: Log, response: ServerResponse, path: string, reason: unknown): void {
  // Most often a client that went away while it was answered.
  if (response.destroyed || response.socket?.destroyed !== false) return;
  log('error', 'request failed', { path: path.slice(0, 200), message: String(reason).slice(0, 500) });
  if (!response.headersSent) response.writeHead(500);
  response.end();
}
