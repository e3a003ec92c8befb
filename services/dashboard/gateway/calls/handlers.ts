// Every unary and server-streaming method of every service, passed on to the process that has it.
import type { IncomingMessage } from 'node:http';

import {
  type DescMethod,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  type DescService,
  type Message,
} from '@bufbuild/protobuf';
import { EmptySchema, MethodOptions_IdempotencyLevel } from '@bufbuild/protobuf/wkt';
import {
  Code,
  ConnectError,
  type ConnectRouter,
  createConnectRouter,
  createContextKey,
  type HandlerContext,
} from '@connectrpc/connect';
import { createLinkedAbortController, type UniversalHandler } from '@connectrpc/connect/protocol';

import { brotliFast, gzipFast } from '../http/compression.ts';
import { reasonOf, refusal } from './errors.ts';
import { DEFAULT_DEADLINE_MS, MAX_CALLS, MAX_REQUEST_BYTES, MAX_STREAMS } from '../limits.ts';
import type { Log } from '../log.ts';
import type { Login } from '../login/login.ts';
import { COMMON_SERVICES, OWN_SERVICES, PROCESSES, TYPES } from './registry.ts';
import { traceparentOf } from './trace.ts';
import type { Call, Upstream } from './upstream.ts';

/** The HTTP request of a call. */
export const REQUEST = createContextKey<IncomingMessage | undefined>(undefined);

export type Upstreams = Readonly<Record<(typeof PROCESSES)[number], Upstream>>;

/** How a method is passed on. Another one than PASS withholds methods, or parts of answers. */
export interface Forward {
  /** Whether it needs to know what is asked and answered. */
  readonly looksInside: boolean;
  unary(upstream: Upstream, method: DescMethodUnary, request: Message, call: Call): Promise<Message>;
  stream(upstream: Upstream, method: DescMethodServerStreaming, request: Message, call: Call): AsyncIterable<Message>;
}

export const PASS: Forward = {
  looksInside: false,
  unary: (upstream, method, request, call) => upstream.unary(method, request, call),
  stream: (upstream, method, request, call) => upstream.stream(method, request, call),
};

/** Calls in progress. */
export class Calls {
  unary = 0;
  streams = 0;
  /** How many ended, by code. */
  readonly ended = new Map<string, number>();
  readonly #draining = new AbortController();

  /** Ends streams, and refuses new calls; both with UNAVAILABLE. */
  drain(): void {
    this.#draining.abort(stopping());
  }
  get draining(): AbortSignal {
    return this.#draining.signal;
  }
}

/** What answers a method. */
export interface Handlers {
  readonly json: UniversalHandler;
  readonly binary: UniversalHandler;
}

/** What answers each method, by path. */
export function handlers(
  upstreams: Upstreams,
  login: Login,
  forward: Forward,
  calls: Calls,
  log: Log,
): ReadonlyMap<string, Handlers> {
  const found = new Map<string, Handlers>();
  for (const process of PROCESSES) {
    const to: Context = { upstream: upstreams[process], login, forward, calls, log };
    const add = (prefix: string, services: readonly DescService[]): void => {
      const methods = services.flatMap((service) => service.methods);
      const decoded = route(methods, to);
      const undecoded = forward.looksInside ? decoded : route(methods.map(opaque), to);
      decoded.forEach((json, i) => found.set(prefix + json.requestPath, { json, binary: undecoded[i] ?? json }));
    };
    add('', OWN_SERVICES[process]);
    add(`/${process}`, COMMON_SERVICES);
  }
  return found;
}

function route(methods: readonly DescMethod[], to: Context): UniversalHandler[] {
  const router = createConnectRouter({
    grpc: false, // needs HTTP/2; what speaks it reaches the services
    acceptCompression: [brotliFast, gzipFast],
    readMaxBytes: MAX_REQUEST_BYTES,
    jsonOptions: { registry: TYPES },
  });
  for (const method of methods) {
    if (isUnary(method)) routeUnary(router, method, to);
    if (isServerStream(method)) routeStream(router, method, to);
  }
  return router.handlers;
}

// Binary messages are not decoded: all their fields are unknown ones of an empty message, which are
// passed on as they came. It takes half the time.
function opaque(method: DescMethod): DescMethod {
  return { ...method, input: EmptySchema, output: EmptySchema };
}

interface Context {
  readonly upstream: Upstream;
  readonly login: Login;
  readonly forward: Forward;
  readonly calls: Calls;
  readonly log: Log;
}

function isUnary(method: DescMethod): method is DescMethod & DescMethodUnary {
  return method.methodKind === 'unary';
}

// Streams of requests are left out: they need HTTP/2 to the client. StreamObservations, the only one, is
// for senders, not for pages.
function isServerStream(method: DescMethod): method is DescMethod & DescMethodServerStreaming {
  return method.methodKind === 'server_streaming';
}

function routeUnary(router: ConnectRouter, method: DescMethodUnary, to: Context): void {
  const { calls } = to;
  router.rpc(method, async (request: Message, context: HandlerContext) => {
    const traceparent = traceparentOf(context.requestHeader.get('traceparent'));
    const end = observe(to, method, context, traceparent);
    try {
      admit(calls, calls.unary, MAX_CALLS);
      calls.unary++;
      try {
        const answer = await to.forward.unary(to.upstream, method, request, {
          authorization: await authorization(to.login, context),
          traceparent,
          signal: context.signal,
          timeoutMs: context.timeoutMs() ?? DEFAULT_DEADLINE_MS,
        });
        end();
        return answer;
      } finally {
        calls.unary--;
      }
    } catch (error) {
      throw end(error);
    }
  });
}

function routeStream(router: ConnectRouter, method: DescMethodServerStreaming, to: Context): void {
  const { calls } = to;
  router.rpc(method, async function* (request: Message, context: HandlerContext) {
    const traceparent = traceparentOf(context.requestHeader.get('traceparent'));
    const end = observe(to, method, context, traceparent);
    try {
      admit(calls, calls.streams, MAX_STREAMS);
      calls.streams++;
      const ending = createLinkedAbortController(context.signal, calls.draining);
      try {
        yield* to.forward.stream(to.upstream, method, request, {
          authorization: await authorization(to.login, context),
          traceparent,
          signal: ending.signal,
          timeoutMs: context.timeoutMs(),
        });
        end();
      } finally {
        ending.abort();
        calls.streams--;
      }
    } catch (error) {
      throw end(calls.draining.aborted ? stopping() : error);
    } finally {
      end(new ConnectError('the caller went away', Code.Canceled));
    }
  });
}

function admit(calls: Calls, now: number, most: number): void {
  if (calls.draining.aborted) throw stopping();
  if (now >= most) throw refusal(Code.ResourceExhausted, 'OVERLOADED', `more than ${most} calls at once`, {}, 1000);
}

function stopping(): ConnectError {
  return refusal(Code.Unavailable, 'STOPPING', 'the gateway stops; it may be starting again', {}, 1000);
}

async function authorization(login: Login, context: HandlerContext): Promise<string | undefined> {
  const request = context.values.get(REQUEST);
  return request === undefined ? undefined : login.authorization(request);
}

// Codes that an operator may have to act on.
const NOTABLE: readonly Code[] = [
  Code.Unauthenticated, Code.PermissionDenied, Code.ResourceExhausted, Code.Unavailable, Code.DeadlineExceeded];
const FAULTS: readonly Code[] = [Code.Internal, Code.Unknown, Code.DataLoss];

/** Logs a call when it ends, once, at the level at which the services would. Returns the error. */
function observe(
  to: Context, method: DescMethod, context: HandlerContext, traceparent: string,
): (error?: unknown) => ConnectError | undefined {
  const began = performance.now();
  let ended = false;
  return (reason) => {
    const error = reason === undefined ? undefined : ConnectError.from(reason, Code.Internal);
    if (ended) return error;
    ended = true;
    const changes = method.idempotency !== MethodOptions_IdempotencyLevel.NO_SIDE_EFFECTS;
    const level =
      error === undefined ? (changes ? 'info' : 'debug')
      : FAULTS.includes(error.code) ? 'error'
      : NOTABLE.includes(error.code) ? 'info'
      : 'debug';
    const code = error === undefined ? 'OK' : Code[error.code];
    to.calls.ended.set(code, (to.calls.ended.get(code) ?? 0) + 1);
    to.log(level, 'call', {
      service: method.parent.typeName,
      method: method.name,
      upstream: to.upstream.name,
      protocol: context.protocolName,
      traceparent,
      code,
      reason: error === undefined ? '' : reasonOf(error),
      seconds: Math.round((performance.now() - began) * 1000) / 1e6,
    });
    return error;
  };
}
