import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { after, before, test } from 'node:test';

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';

import { GetPlanRequestSchema, PlanService, WatchPlansRequestSchema } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';

import { refusal } from './errors.ts';
import { type Call, Upstream } from './upstream.ts';

const { getPlan, watchPlans } = PlanService.method;
const REQUEST = create(GetPlanRequestSchema, { name: 'x' });

let server: Http2Server;
let upstream: Upstream;
let answer: (context: HandlerContext) => void;
let seen: HandlerContext | undefined;

before(async () => {
  server = createServer(connectNodeAdapter({
    routes: (router) => {
      router.rpc(getPlan, (_request, context) => {
        seen = context;
        answer(context);
        return {};
      });
      router.rpc(watchPlans, async function* (_request, context) {
        seen = context;
        yield {};
        await once(context.signal, 'abort');
      });
    },
  }));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  upstream = new Upstream('plan', `127.0.0.1:${(server.address() as AddressInfo).port}`);
});
after(() => {
  upstream.close();
  server.close();
});

function call(more: Partial<Call> = {}): Call {
  return { signal: new AbortController().signal, timeoutMs: undefined, authorization: undefined, traceparent: undefined, ...more };
}

async function told(of: Promise<unknown>): Promise<ConnectError> {
  return of.then(() => assert.fail('it was not refused'), (reason: unknown) => ConnectError.from(reason));
}

test('a call takes along credential, trace and deadline, and nothing when there are none', async () => {
  answer = () => undefined;
  await upstream.unary(getPlan, REQUEST, call({ authorization: 'Bearer x', traceparent: '00-1-2-01', timeoutMs: 5000 }));
  assert.equal(seen?.requestHeader.get('authorization'), 'Bearer x');
  assert.equal(seen?.requestHeader.get('traceparent'), '00-1-2-01');
  assert.equal(seen?.requestHeader.get('grpc-timeout'), '5000m');
  await upstream.unary(getPlan, REQUEST, call());
  for (const name of ['authorization', 'traceparent', 'grpc-timeout']) assert.equal(seen?.requestHeader.get(name), null, name);
  const stream = upstream.stream(watchPlans, create(WatchPlansRequestSchema), call({ timeoutMs: 5000 }));
  await stream.next();
  assert.equal(seen?.requestHeader.get('grpc-timeout'), '5000m');
  await stream.return(undefined);
});

test("a service's error is told with its details and without its metadata", async () => {
  answer = () => {
    const error = refusal(Code.NotFound, 'NO_SUCH_PLAN', 'there is no plan x', { name: 'x' });
    error.metadata.set('x-internal', 'secret');
    throw error;
  };
  const error = await told(upstream.unary(getPlan, REQUEST, call()));
  assert.deepEqual([error.code, error.rawMessage], [Code.NotFound, 'there is no plan x']);
  assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, 'NO_SUCH_PLAN');
  assert.equal(error.metadata.get('x-internal'), null);
});

test("a service's own UNAVAILABLE is told as it is, and one that nobody serves names the service", async () => {
  answer = () => {
    throw refusal(Code.Unavailable, 'DISK_FULL', 'the disk is full');
  };
  assert.equal((await told(upstream.unary(getPlan, REQUEST, call()))).rawMessage, 'the disk is full');
  const free = createServer().listen(0, '127.0.0.1');
  await once(free, 'listening');
  const { port } = free.address() as AddressInfo;
  free.close();
  const nobody = await told(new Upstream('reporting', `127.0.0.1:${port}`).unary(getPlan, REQUEST, call()));
  assert.equal(nobody.code, Code.Unavailable);
  assert.deepEqual(nobody.findDetails(ErrorInfoSchema)[0]?.metadata, { service: 'reporting' });
});

test('a caller who leaves ends the call at the service, and is told so', async () => {
  const leaving = new AbortController();
  const stream = upstream.stream(watchPlans, create(WatchPlansRequestSchema), call({ signal: leaving.signal }));
  await stream.next();
  const signal = seen?.signal;
  leaving.abort();
  assert.equal((await told(stream.next())).code, Code.Canceled);
  if (signal?.aborted === false) await once(signal, 'abort');
});

test('calls beyond what one connection takes go to another one', async () => {
  const count = 200;
  const streams = Array.from({ length: count }, () => upstream.stream(watchPlans, create(WatchPlansRequestSchema), call()));
  const first = await Promise.all(streams.map((stream) => stream.next()));
  assert.equal(first.filter((one) => one.done === false).length, count);
  await Promise.all(streams.map((stream) => stream.return(undefined)));
});
