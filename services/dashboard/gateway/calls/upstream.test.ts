import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { createSecureServer, createServer, type Http2Server, type ServerHttp2Session } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { TLSSocket } from 'node:tls';

import { create } from '@bufbuild/protobuf';
import { Code, ConnectError, type HandlerContext } from '@connectrpc/connect';
import { connectNodeAdapter } from '@connectrpc/connect-node';

import { GetPlanRequestSchema, PlanService, WatchPlansRequestSchema } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';

import { refusal } from './errors.ts';
import { tlsFault } from './tls.ts';
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

/** A folder with certificates of deploy/make-certificates. */
function certificates(...callers: string[]): string {
  const folder = join(mkdtempSync(join(tmpdir(), 'athena-tls-')), 'tls');
  const made = spawnSync(join(import.meta.dirname, '../../../../deploy/make-certificates'), [folder, ...callers], { encoding: 'utf8' });
  assert.equal(made.status, 0, made.stderr);
  return folder;
}

test('by TLS the gateway shows its certificate as the file has it at each connection, and trusts one authority alone', async () => {
  const folder = certificates('gob/viewer/second');
  const foreign = certificates();
  const file = (name: string): string => join(folder, name);
  const shown: string[] = [];
  const secure = createSecureServer(
    { cert: readFileSync(file('plan.pem')), key: readFileSync(file('plan-key.pem')), ca: readFileSync(file('ca.pem')), requestCert: true, rejectUnauthorized: true },
    connectNodeAdapter({ routes: (router) => router.rpc(getPlan, (_request, context) => ({ name: context.requestHeader.get('authorization') ?? '' })) }));
  const sessions: ServerHttp2Session[] = [];
  secure.on('session', (session) => {
    sessions.push(session);
    shown.push((session.socket as TLSSocket).getPeerCertificate().subjectaltname ?? '');
  });
  secure.listen(0, '127.0.0.1');
  await once(secure, 'listening');
  const address = `127.0.0.1:${(secure.address() as AddressInfo).port}`;
  const files = { ca: file('ca.pem'), certificate: file('mine.pem'), key: file('mine-key.pem') };
  const show = (name: string): void => {
    copyFileSync(file(`${name}.pem`), files.certificate);
    copyFileSync(file(`${name}-key.pem`), files.key);
  };
  show('dashboard');
  const over = new Upstream('plan', address, files);
  await over.unary(getPlan, REQUEST, call({ authorization: 'Bearer x' }));
  show('second');
  await over.unary(getPlan, REQUEST, call());
  assert.equal(shown.length, 1);
  const [first] = sessions;
  assert.ok(first !== undefined);
  const closed = once(first, 'close');
  first.close();
  await closed;
  await over.unary(getPlan, REQUEST, call());
  assert.equal(shown.length, 2);
  assert.match(shown[0] ?? '', /URI:spiffe:\/\/athena\/services\/dashboard/);
  assert.match(shown[1] ?? '', /URI:spiffe:\/\/athena\/institutions\/gob\/roles\/viewer\/second/);
  over.close();

  const elsewhere = new Upstream('plan', address, { ...files, ca: join(foreign, 'ca.pem') });
  assert.equal((await told(elsewhere.unary(getPlan, REQUEST, call()))).code, Code.Unavailable);
  const unnamed = new Upstream('plan', address, { ...files, certificate: undefined, key: undefined });
  assert.equal((await told(unnamed.unary(getPlan, REQUEST, call()))).code, Code.Unavailable);
  secure.close();
});

test('files of TLS that are no good are told before anything starts', () => {
  const folder = certificates();
  const file = (name: string): string => join(folder, name);
  assert.equal(tlsFault({ ca: file('ca.pem'), certificate: file('plan.pem'), key: file('plan-key.pem') }), undefined);
  assert.match(tlsFault({ ca: undefined, certificate: file('plan.pem'), key: undefined }) ?? '', /both or neither/);
  assert.match(tlsFault({ ca: undefined, certificate: file('plan.pem'), key: file('ca-key.pem') }) ?? '', /the private key of/);
  assert.match(tlsFault({ ca: file('plan-key.pem'), certificate: undefined, key: undefined }) ?? '', /PEM/);
  assert.match(tlsFault({ ca: file('absent.pem'), certificate: undefined, key: undefined }) ?? '', /ENOENT/);
});
