// Every client sees through the gateway what grpc-js sees of the services.
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gunzipSync, gzipSync } from 'node:zlib';

import { create, fromBinary, toBinary, toJson } from '@bufbuild/protobuf';
import { Code, ConnectError, createClient, type Transport } from '@connectrpc/connect';
import * as node from '@connectrpc/connect-node';
import * as web from '@connectrpc/connect-web';

import { HistoryService } from '#gen/athena/common/v1/history_service_pb.js';
import { GetPlanTreeRequestSchema, GetPlanTreeResponseSchema, PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { GetScorecardRequestSchema, ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { ScorecardSchema } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { BadRequestSchema, ErrorInfoSchema } from '#gen/google/rpc/error_details_pb.js';

import { ask, askJson, curl, Direct, until } from './asking.ts';
import { ROOT, type Running, SCORECARD, Setting } from './running.ts';

const GET_SCORECARD = '/athena.reporting.v1.ReportingService/GetScorecard';
const GET_PLAN_TREE = '/athena.plan.v1.PlanService/GetPlanTree';
const PLAN = 'institutions/library/plans/plan';

let setting: Setting;
let gateway: Running;
let base: string;
let transports: Record<string, Transport>;

before(async () => {
  setting = await Setting.start();
  gateway = await setting.startGateway();
  base = `http://127.0.0.1:${gateway.port}`;
  transports = {
    'connect-web, JSON': web.createConnectTransport({ baseUrl: base }),
    'connect-web, binary': web.createConnectTransport({ baseUrl: base, useBinaryFormat: true }),
    'connect-web, GET': web.createConnectTransport({ baseUrl: base, useHttpGet: true }),
    'connect-web, gRPC-Web': web.createGrpcWebTransport({ baseUrl: base }),
    'connect-node, binary': node.createConnectTransport({ baseUrl: base, httpVersion: '1.1' }),
    'connect-node, JSON': node.createConnectTransport({ baseUrl: base, httpVersion: '1.1', useBinaryFormat: false }),
    'connect-node, gRPC-Web': node.createGrpcWebTransport({ baseUrl: base, httpVersion: '1.1' }),
  };
});
after(() => setting.stop());

async function direct<T>(port: number, use: (service: Direct) => Promise<T>): Promise<T> {
  const service = new Direct(port);
  try {
    return await use(service);
  } finally {
    service.close();
  }
}

const request = create(GetScorecardRequestSchema, { name: SCORECARD });

test('every client reads the scorecard that grpc-js reads from the service', async () => {
  const bytes = await direct(setting.reporting.port, (service) =>
    service.unary(GET_SCORECARD, toBinary(GetScorecardRequestSchema, request)));
  const expected = toJson(ScorecardSchema, fromBinary(ScorecardSchema, bytes));
  // README computes it by hand: 100 x (3,320 - 2,700 + 600) / (3 x 600).
  assert.match(JSON.stringify(expected), /"score":\{[^}]*67\.[78]/);
  for (const [name, transport] of Object.entries(transports)) {
    const scorecard = await createClient(ReportingService, transport).getScorecard(request);
    assert.deepEqual(toJson(ScorecardSchema, scorecard), expected, name);
  }
});

test('curl reads the same scorecard, in JSON by POST and by GET, and in binary', async () => {
  const expected = toJson(ScorecardSchema, await createClient(
    ReportingService, present(transports['connect-web, binary'])).getScorecard(request));
  const message = JSON.stringify({ name: SCORECARD });
  const posted = curl('-H', 'content-type: application/json', '-d', message, base + GET_SCORECARD);
  assert.deepEqual(JSON.parse(posted), expected);
  const got = curl('-G', '--data-urlencode', `message=${message}`, '-d', 'encoding=json', '-d', 'connect=v1', base + GET_SCORECARD);
  assert.deepEqual(JSON.parse(got), expected);
  const binary = await ask(gateway.port, GET_SCORECARD, {
    headers: { 'content-type': 'application/proto' }, body: toBinary(GetScorecardRequestSchema, request) });
  assert.deepEqual(toJson(ScorecardSchema, fromBinary(ScorecardSchema, binary.body)), expected);
});

test('buf curl reads the same scorecard by Connect and by gRPC-Web', async () => {
  const expected = toJson(ScorecardSchema, await createClient(
    ReportingService, present(transports['connect-web, binary'])).getScorecard(request));
  for (const protocol of ['connect', 'grpcweb']) {
    const ran = spawnSync(join(ROOT, 'tests/node_modules/.bin/buf'), [
      'curl', '--schema', join(ROOT, 'proto'), '--protocol', protocol, '-d', JSON.stringify({ name: SCORECARD }),
      base + GET_SCORECARD,
    ], { encoding: 'utf8', cwd: ROOT });
    assert.equal(ran.status, 0, ran.stderr);
    assert.deepEqual(JSON.parse(ran.stdout), expected, protocol);
  }
});

test('every client reads the stream that grpc-js reads from the service', async () => {
  const tree = create(GetPlanTreeRequestSchema, { name: PLAN });
  const parts = await direct(setting.plan.port, (service) =>
    service.stream(GET_PLAN_TREE, toBinary(GetPlanTreeRequestSchema, tree), 'everything'));
  const expected = parts.map((part) => toJson(GetPlanTreeResponseSchema, fromBinary(GetPlanTreeResponseSchema, part)));
  assert.notEqual(expected.length, 0);
  for (const [name, transport] of Object.entries(transports)) {
    const received: unknown[] = [];
    const answers = createClient(PlanService, transport).getPlanTree(tree, { headers: { authorization: 'Bearer everything' } });
    for await (const part of answers) received.push(toJson(GetPlanTreeResponseSchema, part));
    assert.deepEqual(received, expected, name);
  }
});

test('errors have the code, the message and the details that the service gives', async () => {
  const wrong = create(GetScorecardRequestSchema, { name: 'institutions/library/plans/plan/scorecards/Easter' });
  interface Status { code: number; details: string; metadata: { get(key: string): Buffer[] } }
  const told = await direct(setting.reporting.port, (service) =>
    service.unary(GET_SCORECARD, toBinary(GetScorecardRequestSchema, wrong)).then(
      () => assert.fail('it was not refused'), (error: Status) => error));
  assert.equal(told.code, Code.InvalidArgument);
  for (const [name, transport] of Object.entries(transports)) {
    const error = await createClient(ReportingService, transport).getScorecard(wrong).then(
      () => assert.fail('it was not refused'), (reason: unknown) => ConnectError.from(reason));
    assert.equal(error.code, told.code, name);
    assert.equal(error.rawMessage, told.details, name);
    assert.equal(error.findDetails(ErrorInfoSchema)[0]?.domain, 'athena', name);
    assert.equal(error.findDetails(BadRequestSchema)[0]?.fieldViolations[0]?.field, 'name', name);
  }
});

test('a caller is who the credential says, and nobody without it', async () => {
  const list = '/athena.plan.v1.PlanService/CreateInstitution';
  const message = { institutionId: 'other', institution: { displayName: { text: { en: 'Other' } } }, validateOnly: true };
  const reader = await askJson(gateway.port, list, message);
  assert.deepEqual([reader.status, (reader.json() as { code: string }).code], [403, 'permission_denied']);
  const unknown = await askJson(gateway.port, list, message, { authorization: 'Bearer nobody' });
  assert.deepEqual([unknown.status, (unknown.json() as { code: string }).code], [401, 'unauthenticated']);
  const admin = await askJson(gateway.port, list, message, { authorization: 'Bearer everything' });
  assert.equal(admin.status, 200, admin.body.toString());
  assert.ok(!JSON.stringify(gateway.lines).includes('everything'), 'a credential is in the log');
});

test('a deadline ends a call at the service and is told', async () => {
  for (const [name, transport] of Object.entries(transports)) {
    const watch = createClient(PlanService, transport).watchPlans(
      { parent: 'institutions/library' }, { timeoutMs: 300, headers: { authorization: 'Bearer everything' } });
    const error = await drained(watch);
    assert.equal(error?.code, Code.DeadlineExceeded, name);
  }
  await until(async () => (await open('plan')) === 0);
});

test('the gateway itself ends a call at its deadline, for clients that do not', async () => {
  const message = Buffer.from(JSON.stringify({ parent: 'institutions/library' }));
  const head = Buffer.from([0, 0, 0, 0, message.length]);
  const answer = await ask(gateway.port, '/athena.plan.v1.PlanService/WatchPlans', {
    headers: { 'content-type': 'application/connect+json', 'connect-timeout-ms': '200', authorization: 'Bearer everything' },
    body: Buffer.concat([head, message]),
  });
  assert.match(answer.body.toString(), /"code":"deadline_exceeded"/);
  await until(async () => (await open('plan')) === 0);
});

test('a client that goes away cancels its call at the service', async () => {
  const leaving = new AbortController();
  const watch = createClient(PlanService, present(transports['connect-web, JSON'])).watchPlans(
    { parent: 'institutions/library' },
    { signal: leaving.signal, headers: { authorization: 'Bearer everything' } });
  const ended = drained(watch);
  await until(async () => (await open('plan')) === 1);
  leaving.abort();
  assert.equal((await ended)?.code, Code.Canceled);
  await until(async () => (await open('plan')) === 0);
});

test('answers are compressed for clients that take it, and small ones are not', async () => {
  const plain = await askJson(gateway.port, GET_SCORECARD, { name: SCORECARD, view: 'SCORECARD_VIEW_FULL' });
  const large = await askJson(gateway.port, GET_SCORECARD, { name: SCORECARD, view: 'SCORECARD_VIEW_FULL' }, { 'accept-encoding': 'gzip' });
  assert.ok(plain.body.length > 1024);
  assert.equal(large.headers['content-encoding'], 'gzip');
  assert.deepEqual(JSON.parse(gunzipSync(large.body).toString()), plain.json());
  const small = await askJson(gateway.port, GET_SCORECARD, { name: 'x' }, { 'accept-encoding': 'gzip' });
  assert.equal(small.headers['content-encoding'], undefined);
});

test('compressed requests are read', async () => {
  const answer = await ask(gateway.port, GET_SCORECARD, {
    headers: { 'content-type': 'application/json', 'content-encoding': 'gzip' },
    body: gzipSync(JSON.stringify({ name: SCORECARD })),
  });
  assert.equal(answer.status, 200, answer.body.toString());
});

test('a GET whose answer the client has is answered without it, until the answer changes', async () => {
  const query = new URLSearchParams({ message: JSON.stringify({ name: SCORECARD }), encoding: 'json', connect: 'v1' });
  const path = `${GET_SCORECARD}?${query}`;
  const first = await ask(gateway.port, path);
  assert.equal(first.headers['cache-control'], 'private, no-cache');
  // What somebody reads who signed in does not stay on the disk.
  assert.equal((await ask(gateway.port, path, { headers: { cookie: '__Host-session=x' } })).headers['cache-control'], 'no-store');
  const etag = present(first.headers.etag);
  const again = await ask(gateway.port, path, { headers: { 'if-none-match': etag } });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  const rows = join(setting.folder, 'more.csv');
  writeFileSync(rows, 'indicator,period,desk,value\nloans,2024-03,WEST,441\n');
  setting.athenactl('push', '--institution', 'library', rows);
  const changed = await ask(gateway.port, path, { headers: { 'if-none-match': etag } });
  assert.equal(changed.status, 200);
  assert.notEqual(changed.headers.etag, etag);
});

test('what is not read-only cannot be called by GET', async () => {
  const answer = await ask(gateway.port, '/athena.plan.v1.PlanService/CreatePlan?message=%7B%7D&encoding=json');
  assert.deepEqual([answer.status, answer.headers.allow], [405, 'POST']);
});

test('each process answers HistoryService for what it stores', async () => {
  const actions = async (process: string): Promise<string[]> => {
    const transport = web.createConnectTransport({ baseUrl: `${base}/${process}` });
    const page = await createClient(HistoryService, transport).listRevisions({ parent: 'institutions/library', pageSize: 1000 });
    return page.revisions.map((revision) => revision.action);
  };
  assert.ok((await actions('plan')).includes('CreateInstitution'));
  assert.ok((await actions('indicator')).includes('PushObservations'));
  assert.ok(!(await actions('indicator')).includes('CreateInstitution'));
});

// Backups are made by operators, at the services themselves.
test('every method of the contracts has its path, but StreamObservations and CreateBackup', async () => {
  const folder = join(ROOT, 'proto/athena');
  const methods: string[] = [];
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((one) => one.endsWith('_service.proto'))) {
    const text = readFileSync(join(folder, name), 'utf8');
    const service = `${/^package (.*);$/m.exec(text)?.[1]}.${/^service (\w+) /m.exec(text)?.[1]}`;
    const prefix = service === 'athena.common.v1.HistoryService' ? '/plan' : '';
    for (const [, method] of text.matchAll(/^ {2}rpc (\w+)\(/gm)) methods.push(`${prefix}/${service}/${method}`);
  }
  assert.ok(methods.length > 100);
  const unknown: string[] = [];
  for (const path of methods) {
    // 415: the method exists, and takes no plain text.
    const { status } = await ask(gateway.port, path, { headers: { 'content-type': 'text/plain' }, body: '' });
    if (status !== 415) unknown.push(`${path} ${status}`);
  }
  assert.deepEqual(unknown, [
    '/athena.common.v1.BackupService/CreateBackup 404', '/athena.indicator.v1.IndicatorService/StreamObservations 404']);
});

// Streams that are open at the gateway, and at the plan service.
async function open(service: 'plan'): Promise<number> {
  const { body } = await ask(setting[service].opsPort, '/metrics');
  const sum = (name: string): number => {
    const line = new RegExp(`^${name}\\{[^}]*grpc_method="WatchPlans"[^}]*\\} (\\d+)$`, 'gm');
    return [...body.toString().matchAll(line)].reduce((total, found) => total + Number(found[1]), 0);
  };
  return sum('grpc_server_started_total') - sum('grpc_server_handled_total');
}

async function drained(stream: AsyncIterable<unknown>): Promise<ConnectError | undefined> {
  try {
    for await (const _ of stream);
    return undefined;
  } catch (error) {
    return ConnectError.from(error);
  }
}

function present<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('missing');
  return value;
}
