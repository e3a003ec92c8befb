// The services, and connections to them.
import type { DescMethodServerStreaming, DescMethodUnary, Message } from '@bufbuild/protobuf';
import { Code, ConnectError, type Transport } from '@connectrpc/connect';
import { createGrpcTransport, Http2SessionManager } from '@connectrpc/connect-node';

import { refusal, unavailable } from './errors.ts';
import { type TlsFiles, tlsOptions } from './tls.ts';
import { IDLE_UPSTREAM_MS, MAX_ANSWER_BYTES, MAX_CALLS, MAX_CALLS_PER_CONNECTION, MAX_STREAMS } from '../limits.ts';

/** What a call takes along. */
export interface Call {
  readonly signal: AbortSignal;
  /** undefined: no deadline. */
  readonly timeoutMs: number | undefined;
  /** `Bearer ...`; undefined: a caller without credential. */
  readonly authorization: string | undefined;
  readonly traceparent: string | undefined;
}

interface Connection {
  readonly session: Http2SessionManager;
  readonly transport: Transport;
  calls: number;
}

// Their number is bounded by the gateway's calls and streams.
const MAX_CONNECTIONS = Math.ceil((MAX_CALLS + MAX_STREAMS) / MAX_CALLS_PER_CONNECTION);

const SETTINGS = { initialWindowSize: 1 << 20 };

/** One service, on as many HTTP/2 connections as its calls need. */
export class Upstream {
  readonly name: string;
  readonly #baseUrl: string;
  readonly #tls: TlsFiles | undefined;
  readonly #connections: Connection[] = [];

  /** Without `tls` what is sent can be read on the way: on the same machine alone. */
  constructor(name: string, address: string, tls?: TlsFiles) {
    this.name = name;
    this.#baseUrl = `${tls === undefined ? 'http' : 'https'}://${address}`;
    this.#tls = tls;
  }

  async unary(method: DescMethodUnary, request: Message, call: Call): Promise<Message> {
    const connection = this.#take();
    try {
      const answer = await connection.transport.unary(method, call.signal, timeout(call), headers(call), request);
      return answer.message;
    } catch (error) {
      throw this.#told(error, call.signal);
    } finally {
      connection.calls--;
    }
  }

  async *stream(method: DescMethodServerStreaming, request: Message, call: Call): AsyncGenerator<Message> {
    const connection = this.#take();
    try {
      const answer = await connection.transport.stream(
        method, call.signal, timeout(call), headers(call), once(request));
      yield* answer.message;
    } catch (error) {
      throw this.#told(error, call.signal);
    } finally {
      connection.calls--;
    }
  }

  close(): void {
    for (const connection of this.#connections) connection.session.abort();
  }

  // The first connection that has room, so that those that are not needed become idle and close.
  #take(): Connection {
    let connection = this.#connections.find((one) => one.calls < MAX_CALLS_PER_CONNECTION);
    if (connection === undefined) {
      if (this.#connections.length >= MAX_CONNECTIONS) {
        throw refusal(Code.ResourceExhausted, 'OVERLOADED', `too many calls of the ${this.name} service`, {}, 1000);
      }
      const session = new Http2SessionManager(
        this.#baseUrl,
        { idleConnectionTimeoutMs: IDLE_UPSTREAM_MS, connectTimeoutMs: 10_000, pingIntervalMs: 60_000, pingTimeoutMs: 10_000 },
        this.#tls === undefined ? { settings: SETTINGS } : tlsOptions(this.#tls, SETTINGS),
      );
      const transport = createGrpcTransport({
        baseUrl: this.#baseUrl,
        sessionManager: session,
        readMaxBytes: MAX_ANSWER_BYTES,
        acceptCompression: [],
      });
      connection = { session, transport, calls: 0 };
      this.#connections.push(connection);
    }
    connection.calls++;
    return connection;
  }

  // What the caller is told: the service's own error without its metadata, or that it did not answer.
  #told(reason: unknown, signal: AbortSignal): ConnectError {
    const error = ConnectError.from(reason);
    if (signal.aborted || hasAnswered(error)) {
      const told = new ConnectError(error.rawMessage, error.code);
      told.details = error.details;
      return told;
    }
    return unavailable(this.name);
  }
}

// Codes that this side gives to a connection which fails; the services give none of them without
// details.
const CONNECTION_CODES: readonly Code[] = [Code.Unavailable, Code.Aborted, Code.Internal, Code.Unknown, Code.Canceled];

function hasAnswered(error: ConnectError): boolean {
  return error.details.length > 0 || !CONNECTION_CODES.includes(error.code);
}

// The transport takes 0 for no deadline; one that is over is a deadline.
function timeout(call: Call): number {
  return call.timeoutMs === undefined ? 0 : Math.max(1, Math.ceil(call.timeoutMs));
}

function headers(call: Call): Headers {
  const sent = new Headers();
  if (call.authorization !== undefined) sent.set('authorization', call.authorization);
  if (call.traceparent !== undefined) sent.set('traceparent', call.traceparent);
  return sent;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}
