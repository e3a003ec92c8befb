// Publications as files, and the public mode, which shows nothing else.
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { Code, ConnectError, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';

import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';

import { ask, askJson } from './asking.ts';
import { type Running, SCORECARD, Setting } from './running.ts';

const PUBLIC = `${SCORECARD}/publications/1`;
const INTERNAL = `${SCORECARD}/publications/2`;
const PLAN = 'institutions/library/plans/plan';

let setting: Setting;
let demo: Running;
let open: Running;

before(async () => {
  setting = await Setting.start();
  setting.athenactl('publish', 'library/plan', '2024-Q1', '--force', '--reason', 'A test', '--public');
  setting.athenactl('publish', 'library/plan', '2024-Q1', '--force', '--reason', 'A test');
  demo = await setting.startGateway();
  // Its credential reads everything: what is withheld is withheld by the gateway.
  open = await setting.startGateway(['--public', `--plans=${PLAN}`], { ATHENA_DASHBOARD_CREDENTIAL: 'everything' });
});
after(() => setting.stop());

function reporting(of: Running) {
  return createClient(ReportingService, createConnectTransport({ baseUrl: `http://127.0.0.1:${of.port}` }));
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(() => 'OK', (reason: unknown) => Code[ConnectError.from(reason).code] ?? '');
}

// The bytes that athenactl saves.
function saved(number: number): Buffer {
  const path = join(setting.folder, `${number}.json`);
  setting.athenactl('publications', 'library', '2024-Q1', String(number), '--out', path);
  return readFileSync(path);
}

test('a publication is a file: the bytes that were signed, which clients keep', async () => {
  const file = await ask(demo.port, `/publications/${PUBLIC}.json`);
  assert.equal(file.status, 200);
  const hash = createHash('sha256').update(file.body).digest('hex');
  const { publication } = { publication: await reporting(demo).getPublication({ name: PUBLIC }) };
  assert.equal(hash, publication.sha256);
  assert.equal(file.headers.etag, `"${hash}"`);
  assert.equal(file.headers['cache-control'], 'public, max-age=31536000, immutable');
  assert.equal(file.headers['content-disposition'], 'attachment; filename="library-plan-2024-Q1-1.json"');
  assert.ok(saved(1).includes(file.body), 'athenactl saves other bytes');
  const again = await ask(demo.port, `/publications/${PUBLIC}.json`, { headers: { 'if-none-match': `"${hash}"` } });
  assert.deepEqual([again.status, again.body.length], [304, 0]);
  const head = await ask(demo.port, `/publications/${PUBLIC}.json`, { method: 'HEAD' });
  assert.deepEqual([head.status, head.headers['content-length'], head.body.length], [200, String(file.body.length), 0]);
});

test('a publication for the institution is not kept by shared caches', async () => {
  const file = await ask(demo.port, `/publications/${INTERNAL}.json`);
  assert.deepEqual([file.status, file.headers['cache-control']], [200, 'private, no-cache']);
});

test('a publication that does not exist is no file', async () => {
  const missing = await ask(demo.port, `/publications/${SCORECARD}/publications/9.json`);
  assert.deepEqual([missing.status, missing.headers.etag, missing.headers['cache-control']], [404, undefined, undefined]);
});

test('public mode says so, and which plans it shows', async () => {
  assert.deepEqual((await ask(open.port, '/config')).json(), { mode: 'public', plans: [PLAN] });
  assert.deepEqual((await ask(demo.port, '/config')).json(), { mode: 'demo', principals: [] });
});

test('public mode lists, reads, downloads and verifies public publications', async () => {
  const { publications } = await reporting(open).listPublications({ parent: `${PLAN}/scorecards/-` });
  assert.deepEqual(publications.map((one) => one.name), [PUBLIC]);
  assert.equal((await reporting(open).getPublication({ name: PUBLIC })).name, PUBLIC);
  assert.equal((await reporting(open).verifyPublication({ name: PUBLIC })).valid, true);
  const hash = createHash('sha256');
  for await (const part of reporting(open).downloadPublication({ name: PUBLIC })) part.pieces.forEach((piece) => hash.update(piece));
  assert.equal(hash.digest('hex'), publications[0]?.sha256);
  assert.equal((await ask(open.port, `/publications/${PUBLIC}.json`)).status, 200);
});

test('public mode tells the titles of plans, as their latest public publication has them', async () => {
  assert.deepEqual((await ask(open.port, '/plan-titles')).json(), { [PLAN]: { en: 'Plan 2024-2026' } });
  const without = await setting.startGateway(['--public', '--plans=institutions/library/plans/none'], { ATHENA_DASHBOARD_CREDENTIAL: 'everything' });
  assert.deepEqual((await ask(without.port, '/plan-titles')).json(), {});
  // Without --public the gateway has no such list: it answers every unknown path with the app.
  assert.match((await ask(demo.port, '/plan-titles')).body.toString(), /^<!doctype html>/);
});

test('public mode withholds the publications of the institution, however they are asked for', async () => {
  for (const filter of ['audience = INSTITUTION', 'number = 2', 'audience = PUBLIC OR audience = INSTITUTION']) {
    const { publications } = await reporting(open).listPublications({ parent: `${PLAN}/scorecards/-`, filter });
    assert.ok(!publications.some((one) => one.name === INTERNAL), filter);
  }
  assert.equal(await codeOf(reporting(open).getPublication({ name: INTERNAL })), 'PermissionDenied');
  assert.equal(await codeOf(reporting(open).verifyPublication({ name: INTERNAL })), 'PermissionDenied');
  const parts = reporting(open).downloadPublication({ name: INTERNAL });
  assert.equal(await codeOf(parts[Symbol.asyncIterator]().next()), 'PermissionDenied');
  assert.equal((await ask(open.port, `/publications/${INTERNAL}.json`)).status, 403);
});

test('public mode withholds everything else, with any credential', async () => {
  const headers = { authorization: 'Bearer everything' };
  const rows: string[] = [];
  for (const service of [ReportingService, PlanService]) {
    for (const method of service.methods) {
      const path = `/${service.typeName}/${method.name}`;
      const streams = method.methodKind === 'server_streaming';
      const answer = await ask(open.port, path, {
        headers: { ...headers, 'content-type': streams ? 'application/connect+json' : 'application/json' },
        body: streams ? Buffer.from([0, 0, 0, 0, 2, 0x7b, 0x7d]) : '{}',
      });
      if (!answer.body.toString().includes('"code":"permission_denied"')) rows.push(`${method.name} ${answer.status}`);
    }
  }
  // These reach the service, which finds no name in the request.
  assert.deepEqual(rows, ['GetPublication 400', 'ListPublications 400', 'DownloadPublication 200', 'VerifyPublication 400']);
  const history = await askJson(open.port, '/plan/athena.common.v1.HistoryService/ListRevisions', { parent: 'institutions/library' }, headers);
  assert.equal(history.status, 403);
});
