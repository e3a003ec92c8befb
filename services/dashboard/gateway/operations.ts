// What monitoring asks: /healthz, /readyz and /metrics, on a port of their own.
import { createServer, type Server } from 'node:http';

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError } from '@connectrpc/connect';

import {
  Health,
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus as Serving,
} from '#gen/grpc/health/v1/health_pb.js';

import type { Calls, Upstreams } from './calls/handlers.ts';
import { PROCESSES } from './calls/registry.ts';

const CHECK_MS = 1000;

/** What is missing, a line each: the services that do not answer, or say that they cannot serve. */
export async function missing(upstreams: Upstreams): Promise<string[]> {
  const lines = await Promise.all(
    PROCESSES.map(async (process) => {
      const signal = AbortSignal.timeout(CHECK_MS);
      try {
        const answer = (await upstreams[process].unary(
          Health.method.check,
          create(HealthCheckRequestSchema, { service: '' }),
          { signal, timeoutMs: CHECK_MS, authorization: undefined, traceparent: undefined },
        )) as HealthCheckResponse;
        if (answer.status === Serving.SERVING) return '';
        return `the ${process} service is not ready: its /readyz says why`;
      } catch (error) {
        if (signal.aborted) return `the ${process} service did not answer within ${CHECK_MS} ms`;
        const { code, rawMessage } = ConnectError.from(error);
        return code === Code.Unavailable ? rawMessage : `the ${process} service answered ${Code[code]}`;
      }
    }),
  );
  return lines.filter((line) => line !== '');
}

export function operationsServer(upstreams: Upstreams, calls: Calls): Server {
  return createServer((request, response) => {
    const answer = (status: number, body: string): void => {
      response.writeHead(status, {
        'content-type': 'text/plain; charset=utf-8',
        'content-length': Buffer.byteLength(body),
        'cache-control': 'no-store',
      });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    if (request.method !== 'GET' && request.method !== 'HEAD') return answer(405, 'GET or HEAD\n');
    switch (request.url) {
      case '/healthz':
        return answer(200, 'alive\n');
      case '/readyz':
        if (calls.draining.aborted) return answer(503, 'stopping\n');
        void missing(upstreams).then((lines) =>
          lines.length === 0 ? answer(200, 'ready\n') : answer(503, lines.join('\n') + '\n'));
        return;
      case '/metrics':
        return answer(200, metrics(calls));
      default:
        return answer(404, '/metrics, /healthz or /readyz\n');
    }
  });
}

function metrics(calls: Calls): string {
  const { rss } = process.memoryUsage();
  return [
    '# HELP athena_gateway_calls_in_flight Unary calls that are passed on.',
    '# TYPE athena_gateway_calls_in_flight gauge',
    `athena_gateway_calls_in_flight ${calls.unary}`,
    '# HELP athena_gateway_streams_open Streams that are passed on.',
    '# TYPE athena_gateway_streams_open gauge',
    `athena_gateway_streams_open ${calls.streams}`,
    '# HELP athena_gateway_calls_total Calls that ended, by code.',
    '# TYPE athena_gateway_calls_total counter',
    ...[...calls.ended].map(([code, count]) => `athena_gateway_calls_total{code="${code}"} ${count}`),
    '# HELP process_resident_memory_bytes Resident memory.',
    '# TYPE process_resident_memory_bytes gauge',
    `process_resident_memory_bytes ${rss}`,
    '',
  ].join('\n');
}
