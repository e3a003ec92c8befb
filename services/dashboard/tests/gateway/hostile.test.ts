// What strangers send. Nothing is answered to other sites, nothing runs, memory stays bounded, and the
// others are served meanwhile.
import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { gzipSync } from 'node:zlib';

import { ask, askJson, until } from './asking.ts';
import { type Running, SCORECARD, Setting } from './running.ts';

const GET_SCORECARD = '/athena.reporting.v1.ReportingService/GetScorecard';
const JSON_TYPE = { 'content-type': 'application/json' };
const SCORECARD_REQUEST = JSON.stringify({ name: SCORECARD });
const MOST_REQUEST_BYTES = 4 << 20;

let setting: Setting;
let gateway: Running;

before(async () => {
  setting = await Setting.start();
  gateway = await setting.startGateway();
});
after(() => setting.stop());

async function scorecard(headers: Record<string, string> = {}): Promise<number> {
  return (await ask(gateway.port, GET_SCORECARD, { headers: { ...JSON_TYPE, ...headers }, body: SCORECARD_REQUEST })).status;
}

test('calls of other sites are refused, whatever they send', async () => {
  assert.equal(await scorecard({ 'sec-fetch-site': 'same-origin' }), 200);
  assert.equal(await scorecard({ 'sec-fetch-site': 'none' }), 200);
  assert.equal(await scorecard({ 'sec-fetch-site': 'cross-site' }), 403);
  assert.equal(await scorecard({ 'sec-fetch-site': 'same-site' }), 403);
  const navigation = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal(await scorecard(navigation), 403);
  const query = new URLSearchParams({ message: SCORECARD_REQUEST, encoding: 'json' });
  assert.equal((await ask(gateway.port, `${GET_SCORECARD}?${query}`, { headers: navigation })).status, 403);
  // Browsers without fetch metadata.
  assert.equal(await scorecard({ origin: 'https://evil.example' }), 403);
  assert.equal(await scorecard({ origin: 'null' }), 403);
  assert.equal(await scorecard({ host: `127.0.0.1:${gateway.port}`, origin: `http://127.0.0.1:${gateway.port}` }), 200);
});

test('no answer may be read by another origin', async () => {
  const preflight = await ask(gateway.port, GET_SCORECARD, {
    method: 'OPTIONS', headers: { origin: 'https://evil.example', 'access-control-request-method': 'POST' } });
  assert.equal(preflight.status, 403);
  for (const path of ['/', '/config', GET_SCORECARD]) {
    const { headers } = await ask(gateway.port, path);
    assert.equal(headers['access-control-allow-origin'], undefined, path);
    assert.equal(headers['cross-origin-resource-policy'], 'same-origin', path);
  }
});

test('links of other sites open the page, frames and scripts of theirs get nothing', async () => {
  const from = (dest: string, mode: string): Promise<number> => ask(gateway.port, '/', {
    headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': dest, 'sec-fetch-mode': mode } }).then((one) => one.status);
  assert.equal(await from('document', 'navigate'), 200);
  assert.equal(await from('iframe', 'navigate'), 403);
  assert.equal(await from('script', 'no-cors'), 403);
});

test('the demo answers at loopback names alone, and not through a proxy', async () => {
  for (const host of ['localhost', `localhost:${gateway.port}`, '127.0.0.1', '[::1]:80']) assert.equal(await scorecard({ host }), 200, host);
  for (const host of ['evil.example', '127.0.0.1.evil.example', 'localhost.evil.example', '127.0.0.1@evil']) {
    assert.equal(await scorecard({ host }), 403, host);
  }
  assert.match(await said('GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n'), /^HTTP\/1\.1 403 /);
  assert.equal(await scorecard({ 'x-forwarded-for': '203.0.113.1' }), 403);
  assert.equal(await scorecard({ forwarded: 'for=203.0.113.1' }), 403);
});

test('every answer has the security headers', async () => {
  for (const path of ['/', '/config', '/assets/none.js', GET_SCORECARD, '/athena.x.v1.Y/Z', '/publications/x.json']) {
    const { headers } = await ask(gateway.port, path);
    const policy = String(headers['content-security-policy']);
    for (const part of ["default-src 'none'", "script-src 'self'", "frame-ancestors 'none'", "base-uri 'none'", "require-trusted-types-for 'script'"]) {
      assert.ok(policy.includes(part), `${path}: ${part}`);
    }
    assert.ok(!policy.includes('unsafe'), path);
    assert.equal(headers['x-content-type-options'], 'nosniff', path);
    assert.equal(headers['referrer-policy'], 'no-referrer', path);
  }
});

test('requests up to the limit are read, and one byte more is refused', async () => {
  const padded = (bytes: number): string => {
    const begin = `{"name":"${SCORECARD}","unknown":"`;
    return begin + 'x'.repeat(bytes - begin.length - 2) + '"}';
  };
  const status = async (body: string, headers: Record<string, string> = {}): Promise<number> =>
    (await ask(gateway.port, GET_SCORECARD, { headers: { ...JSON_TYPE, ...headers }, body })).status;
  assert.equal(await status(padded(MOST_REQUEST_BYTES)), 200);
  assert.equal(await status(padded(MOST_REQUEST_BYTES + 1)), 413);
  assert.equal(await status(padded(MOST_REQUEST_BYTES + 1), { 'transfer-encoding': 'chunked' }), 429);
});

test('a small request that inflates beyond the limit is refused', async () => {
  const bomb = gzipSync(Buffer.alloc(200 << 20));
  assert.ok(bomb.length < 1 << 20);
  const before = gateway.residentBytes;
  const answer = await ask(gateway.port, GET_SCORECARD, { headers: { ...JSON_TYPE, 'content-encoding': 'gzip' }, body: bomb });
  assert.deepEqual([answer.status, (answer.json() as { code: string }).code], [429, 'resource_exhausted']);
  assert.ok(gateway.residentBytes - before < 100 << 20);
});

test('what is no message is refused as the caller\'s mistake', async () => {
  const bodies = ['', '{', '[]', 'null', '"x"', '{"name":1}', '{"name":{}}', '{"asOf":{"time":"x"}}', '\u0000', '{"name":"\\ud800"}'];
  for (const body of bodies) {
    const { status } = await ask(gateway.port, GET_SCORECARD, { headers: JSON_TYPE, body });
    assert.equal(status, 400, JSON.stringify(body));
  }
  const deep = '{"asOf":{"basis":'.repeat(2000);
  assert.equal((await ask(gateway.port, GET_SCORECARD, { headers: JSON_TYPE, body: deep })).status, 400);
  const binary = await ask(gateway.port, GET_SCORECARD, { headers: { 'content-type': 'application/proto' }, body: Buffer.alloc(100, 0xff) });
  // The library gives bytes that are no message the code "internal".
  assert.equal(binary.status, 500, binary.body.toString());
});

test('unknown paths and methods are named, and nothing of them is passed on', async () => {
  for (const path of ['/athena.reporting.v1.ReportingService/Nope', '/athena.nope.v1.Service/Get', '/grpc.health.v1.Health/Check',
    '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo', '/plan/athena.plan.v1.PlanService/GetPlan']) {
    const answer = await askJson(gateway.port, path, {});
    assert.deepEqual([answer.status, (answer.json() as { code: string }).code], [404, 'unimplemented'], path);
  }
  for (const method of ['PUT', 'DELETE', 'TRACE', 'PATCH']) {
    assert.equal((await ask(gateway.port, '/', { method })).status, 405, method);
    assert.equal((await ask(gateway.port, GET_SCORECARD, { method, headers: JSON_TYPE })).status, 405, method);
  }
});

test('no path leads out of the folder of the app', async () => {
  for (const path of ['/../gateway.mjs', '/..%2fgateway.mjs', '/assets/../../gateway.mjs', '/assets/..%2f..%2fgateway.mjs',
    '/assets/%2e%2e/%2e%2e/gateway.mjs', '//etc/passwd', '/%00', '/assets/%', '/publications/../config.json']) {
    const answer = await ask(gateway.port, path);
    assert.ok([200, 400, 404].includes(answer.status), `${path}: ${answer.status}`);
    // 200 is the page.
    if (answer.status === 200) assert.match(answer.body.toString(), /^<!doctype html>/, path);
  }
});

test('headers beyond the limit are refused', async () => {
  assert.equal(await scorecard({ 'x-large': 'x'.repeat(20_000) }), 431);
  const many = Object.fromEntries(Array.from({ length: 3000 }, (_, i) => [`x-${i}`, 'x']));
  assert.equal(await scorecard(many), 431);
  assert.equal(await scorecard(), 200);
});

test('what is no HTTP is refused', async () => {
  assert.match(await said('\u0016\u0003\u0001 hello\r\n\r\n'), /^HTTP\/1\.1 400 /);
  assert.match(await said('GET / HTTP/1.1\r\n\r\n'), /^HTTP\/1\.1 40[03] /); // no host
  const smuggled = `POST ${GET_SCORECARD} HTTP/1.1\r\nhost: localhost\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`;
  assert.match(await said(smuggled), /^HTTP\/1\.1 400 /);
});

test('200 clients that send slowly leave the others served', async () => {
  const before = gateway.residentBytes;
  const clients = await Promise.all(Array.from({ length: 200 }, () => opened(gateway.port)));
  for (const client of clients) {
    client.write(`POST ${GET_SCORECARD} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${MOST_REQUEST_BYTES}\r\n\r\n`);
    client.write('x'.repeat(50_000));
  }
  assert.equal(await scorecard(), 200);
  // All but a few are refused at once: they say that they would send much.
  await until(() => clients.filter((client) => client.closedByServer).length >= 200 - 16);
  assert.ok(gateway.residentBytes - before < 100 << 20);
  for (const client of clients) client.socket.destroy();
});

test('200 clients that take nothing of their answers leave the others served, and hold little memory', async () => {
  const clients = await Promise.all(Array.from({ length: 200 }, () => opened(gateway.port)));
  const before = gateway.residentBytes;
  const body = JSON.stringify({ name: SCORECARD, view: 'SCORECARD_VIEW_FULL' });
  for (const client of clients) {
    client.socket.pause();
    for (let i = 0; i < 20; i++) {
      client.write(`POST ${GET_SCORECARD} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\n\r\n${body}`);
    }
  }
  assert.equal(await scorecard(), 200);
  assert.ok(gateway.residentBytes - before < 150 << 20);
  for (const client of clients) client.socket.destroy();
  await until(async () => (await inFlight()) === 0);
});

test('beyond the streams that are taken, one more is refused and told when to come back', async () => {
  // By two callers: a service gives one caller half of its streams.
  const watch = (token: string): string => `POST /athena.plan.v1.PlanService/WatchPlans HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer ${token}\r\ncontent-type: application/connect+json\r\ncontent-length: ${5 + 34}\r\n\r\n`;
  const message = Buffer.from('{"parent": "institutions/library"}');
  assert.equal(message.length, 34);
  const envelope = Buffer.concat([Buffer.from([0, 0, 0, 0, message.length]), message]);
  const clients = await Promise.all(Array.from({ length: 400 }, () => opened(gateway.port)));
  for (const [place, client] of clients.entries()) client.write(watch(place % 2 === 0 ? 'everything' : 'second'), envelope);
  await until(async () => (await metric('athena_gateway_streams_open')) === 400);
  const one = await opened(gateway.port);
  one.write(watch('everything'), envelope);
  await until(() => one.received().includes('resource_exhausted'));
  assert.match(one.received(), /google\.rpc\.RetryInfo/);
  // Unary calls are counted apart.
  assert.equal(await scorecard(), 200);
  for (const client of [...clients, one]) client.socket.destroy();
  await until(async () => (await metric('athena_gateway_streams_open')) === 0);
});

test('after all that it serves as before, and no credential is in its log', async () => {
  assert.equal(await scorecard({ authorization: 'Bearer everything' }), 200);
  assert.equal(gateway.process.exitCode, null);
  assert.ok(!JSON.stringify(gateway.lines).includes('Bearer'));
  assert.ok(!JSON.stringify(gateway.lines).includes('everything'));
});

interface Client {
  readonly socket: Socket;
  readonly write: (...parts: readonly (string | Buffer)[]) => void;
  readonly received: () => string;
  closedByServer: boolean;
}

function opened(port: number): Promise<Client> {
  return new Promise((done, fail) => {
    const socket = connect(port, '127.0.0.1');
    let received = '';
    const client: Client = {
      socket,
      write: (...parts) => void (socket.writable && socket.write(Buffer.concat(parts.map((part) => Buffer.from(part))))),
      received: () => received,
      closedByServer: false,
    };
    socket.on('data', (part) => (received += part.toString('latin1')));
    socket.on('error', () => (client.closedByServer = true));
    socket.on('end', () => (client.closedByServer = true));
    socket.once('connect', () => done(client));
    socket.once('error', fail);
  });
}

async function said(text: string): Promise<string> {
  const client = await opened(gateway.port);
  client.write(text);
  await until(() => client.closedByServer);
  return client.received();
}

async function metric(name: string): Promise<number> {
  const { body } = await ask(gateway.opsPort, '/metrics');
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(body.toString())?.[1]);
}

function inFlight(): Promise<number> {
  return metric('athena_gateway_calls_in_flight');
}
