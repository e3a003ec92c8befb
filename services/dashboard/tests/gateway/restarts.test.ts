// Services that go away and come back under the gateway, and the gateway's own end.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';

import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { ErrorInfoSchema, RetryInfoSchema } from '#gen/google/rpc/error_details_pb.js';

import { ask, until } from './asking.ts';
import { type Running, SCORECARD, Setting } from './running.ts';

let setting: Setting;
let gateway: Running;

before(async () => {
  setting = await Setting.start();
  gateway = await setting.startGateway();
});
after(() => setting.stop());

function reporting(of: Running) {
  return createClient(ReportingService, createConnectTransport({ baseUrl: `http://127.0.0.1:${of.port}` }));
}
function plans(of: Running) {
  return createClient(PlanService, createConnectTransport({ baseUrl: `http://127.0.0.1:${of.port}` }));
}

async function refused(call: Promise<unknown>): Promise<ConnectError> {
  return call.then(() => assert.fail('it was not refused'), (reason: unknown) => ConnectError.from(reason));
}

test('a service that is down is named, to callers and to monitoring; back again, it answers', async () => {
  await reporting(gateway).getScorecard({ name: SCORECARD });
  await until(async () => (await ask(gateway.opsPort, '/readyz')).body.toString() === 'ready\n');

  const { port } = setting.reporting;
  await setting.reporting.stop('SIGKILL');
  const error = await refused(reporting(gateway).getScorecard({ name: SCORECARD }));
  assert.equal(error.code, Code.Unavailable);
  const info = error.findDetails(ErrorInfoSchema)[0];
  assert.deepEqual([info?.reason, info?.domain, info?.metadata], ['DEPENDENCY_UNAVAILABLE', 'athena', { service: 'reporting' }]);
  assert.equal(error.findDetails(RetryInfoSchema)[0]?.retryDelay?.seconds, 1n);
  assert.doesNotMatch(error.rawMessage, /127\.0\.0\.1|ECONN/);
  const unready = await ask(gateway.opsPort, '/readyz');
  assert.equal(unready.status, 503);
  assert.match(unready.body.toString(), /^the reporting service did not answer/m);
  assert.equal((await ask(gateway.opsPort, '/healthz')).status, 200);
  // The others are not touched by it.
  await plans(gateway).getInstitution({ name: 'institutions/library' });

  await setting.startReporting(port);
  await reporting(gateway).getScorecard({ name: SCORECARD });
  await until(async () => (await ask(gateway.opsPort, '/readyz')).status === 200);
});

test('a service that another one needs is named by the one that asks it', async () => {
  const { port } = setting.indicator;
  await setting.indicator.stop('SIGKILL');
  const error = await refused(reporting(gateway).getScorecard({ name: SCORECARD }));
  assert.equal(error.code, Code.Unavailable);
  assert.deepEqual(error.findDetails(ErrorInfoSchema)[0]?.metadata, { service: 'indicator' });
  await setting.startIndicator(port);
  // Reporting reconnects by itself.
  await until(() => reporting(gateway).getScorecard({ name: SCORECARD }).then(() => true, () => false));
});

test('a stream that a service ends by dying ends with UNAVAILABLE', async () => {
  const { port } = setting.plan;
  const watch = plans(gateway).watchPlans({ parent: 'institutions/library' }, { headers: { authorization: 'Bearer everything' } });
  const ended = refused(received(watch));
  await until(async () => (await streams(gateway)) === 1);
  await setting.plan.stop('SIGKILL');
  const error = await ended;
  assert.equal(error.code, Code.Unavailable);
  assert.deepEqual(error.findDetails(ErrorInfoSchema)[0]?.metadata, { service: 'plan' });
  await setting.startPlan(port);
  await plans(gateway).getInstitution({ name: 'institutions/library' });
});

test('it starts before the services, and answers when they do', async () => {
  const { port } = setting.reporting;
  await setting.reporting.stop();
  const early = await setting.startGateway();
  assert.equal((await refused(reporting(early).getScorecard({ name: SCORECARD }))).code, Code.Unavailable);
  await setting.startReporting(port);
  await reporting(early).getScorecard({ name: SCORECARD });
  await early.stop();
});

test('SIGTERM ends streams with UNAVAILABLE, answers what was asked, and the process with 0', async () => {
  const ending = await setting.startGateway();
  const watch = plans(ending).watchPlans({ parent: 'institutions/library' }, { headers: { authorization: 'Bearer everything' } });
  const ended = refused(received(watch));
  await until(async () => (await streams(ending)) === 1);
  const answered = reporting(ending).getScorecard({ name: SCORECARD });
  await until(() => ending.lines.some((line) => line['method'] === 'GetScorecard'));
  const code = await ending.stop('SIGTERM');
  assert.equal(code, 0);
  const error = await ended;
  assert.equal(error.code, Code.Unavailable);
  assert.equal(error.findDetails(ErrorInfoSchema)[0]?.reason, 'STOPPING');
  assert.equal((await answered).name, SCORECARD);
  assert.deepEqual(ending.lines.slice(-1).map((line) => line.event), ['stopped']);
});

test('a client that never ends does not keep it from stopping', async () => {
  const ending = await setting.startGateway(['--drain_seconds=0.2']);
  // A request whose body never comes.
  const hanging = ask(ending.port, '/athena.plan.v1.PlanService/GetPlan', {
    headers: { 'content-type': 'application/json', 'content-length': '10' }, method: 'POST', body: '{' }).catch(() => undefined);
  await until(async () => (await ask(ending.opsPort, '/healthz')).status === 200);
  assert.equal(await ending.stop(), 0);
  await hanging;
});

test('what it cannot start with is told, and ends it', async () => {
  const starts = (...args: readonly string[]): Promise<string> =>
    setting.startGateway(args).then(() => 'started', (error: unknown) => String(error));
  assert.match(await starts(`--listen=127.0.0.1:${gateway.port}`), /ended with 1: .*EADDRINUSE/);
  assert.match(await starts('--listen=0.0.0.0:0'), /ended with 2: .*loopback alone/);
  assert.match(await starts('--app=/nowhere'), /ended with 1: .*index\.html/);
  assert.match(await starts('--nonsense'), /ended with 2: .*nonsense/);
  assert.match(await starts('--plan_address=plan'), /ended with 2: .*plan_address/);
});

async function received(stream: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of stream);
}

async function streams(of: Running): Promise<number> {
  const { body } = await ask(of.opsPort, '/metrics');
  return Number(/^athena_gateway_streams_open (\d+)$/m.exec(body.toString())?.[1]);
}
