// Signing in, as a browser without page does it.
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { ask, askJson } from './asking.ts';
import type { Running } from './running.ts';
import { Browser, GET_INSTITUTION, type SigningIn, startSigningIn } from './signing_in.ts';

let signing: SigningIn;
let issuer: string;
let gateway: Running;
let url: string;

before(async () => {
  signing = await startSigningIn();
  ({ issuer, gateway, url } = signing);
});
after(() => signing.stop());

async function signedIn(): Promise<Browser> {
  const browser = new Browser(signing);
  assert.equal((await browser.get(await browser.toCallback('/'))).status, 303);
  return browser;
}

test('who signs in comes back to where they were, is named, and calls in their own name', async () => {
  const browser = new Browser(signing);
  assert.deepEqual(await browser.user(), { mode: 'login' });
  const callback = await browser.toCallback('/board/gob/plan/2026-Q3?lang=nl');
  const back = await browser.get(callback);
  assert.deepEqual([back.status, back.headers.location], [303, '/board/gob/plan/2026-Q3?lang=nl']);
  assert.deepEqual(await browser.user(), { mode: 'login', user: { subject: 'anna', name: 'Anna <b>Peeters</b>', institution: 'gob', roles: ['viewer', 'planner'] } });
  const called = await browser.call();
  assert.equal(called.status, 200, called.body.toString());
  assert.match((called.json() as { name: string }).name, /^Bearer [\w-]{20,}$/);
});

test('the cookie is one that only this host gets, and no script reads', async () => {
  const browser = new Browser(signing);
  const back = await browser.get(await browser.toCallback());
  const session = (back.headers['set-cookie'] ?? []).filter((line) => line.startsWith('__Host-athena='));
  assert.equal(session.length, 1);
  assert.match(session[0] ?? '', /^__Host-athena=[\w-]{43}; Path=\/; Secure; HttpOnly; SameSite=Lax$/);
});

test('tokens are renewed before they end, and reach neither the browser nor the log', async () => {
  const browser = await signedIn();
  const tokens = new Set<string>();
  for (let i = 0; i < 3; i++) {
    tokens.add(((await browser.call()).json() as { name: string }).name.slice('Bearer '.length));
    await browser.user();
  }
  assert.equal(tokens.size, 3);
  const log = JSON.stringify(gateway.lines);
  for (const secret of [...tokens, 'its-secret', ...(browser.cookies.get(url)?.values() ?? [])]) assert.ok(!log.includes(secret));
  for (const token of tokens) assert.ok(!browser.told.join('\n').includes(token));
  assert.ok(log.includes('"subject":"anna"'));
});

test('calls at the same time renew a token once', async () => {
  const browser = await signedIn();
  const names = await Promise.all(Array.from({ length: 8 }, async () => ((await browser.call()).json() as { name: string }).name));
  // A refresh token is good for once: had two calls used one, the provider would have ended the grant.
  assert.ok(names.every((name) => name.startsWith('Bearer ')), names.join('\n'));
  assert.equal((await browser.call()).status, 200);
});

test('without a session nothing is passed on, whatever credential is sent', async () => {
  const host = new URL(url).host;
  const attempts: readonly Record<string, string>[] = [{}, { authorization: 'Bearer everything' }, { cookie: `__Host-athena=${'x'.repeat(43)}` }];
  for (const headers of attempts) {
    const answer = await askJson(gateway.port, GET_INSTITUTION, {}, { host, ...headers });
    assert.equal(answer.status, 401);
    assert.equal((answer.json() as { code: string }).code, 'unauthenticated');
  }
  assert.equal((await askJson(gateway.port, GET_INSTITUTION, {}, { host: 'localhost' })).status, 403);
});

test('a sign-in that this browser did not begin ends in no session', async () => {
  const anna = new Browser(signing);
  const callback = await anna.toCallback();
  const victim = new Browser(signing);
  assert.equal((await victim.get(callback)).status, 400);
  // It began another one: state and verifier are those of its own.
  await victim.get(`${url}/login`);
  assert.equal((await victim.get(callback)).status, 502);
  assert.deepEqual(await victim.user(), { mode: 'login' });
});

test('a callback works once', async () => {
  const browser = new Browser(signing);
  const callback = await browser.toCallback();
  assert.equal((await browser.get(callback)).status, 303);
  assert.equal((await browser.get(callback)).status, 400);
});

test('what the provider refuses is not shown to the reader', async () => {
  const browser = new Browser(signing);
  const callback = new URL(await browser.toCallback());
  callback.searchParams.set('code', '<script>alert(1)</script>');
  const answer = await browser.get(callback.href);
  assert.equal(answer.status, 502);
  assert.equal(answer.headers['content-type'], 'text/plain; charset=utf-8');
  assert.ok(!answer.body.includes('script'));
});

test('signing in leads to this site alone', async () => {
  const browser = new Browser(signing);
  const callback = await browser.toCallback('//evil.example/');
  assert.equal((await browser.get(callback)).headers.location, '/');
});

test('signing in again gives another name, and the one before is worth nothing', async () => {
  const browser = await signedIn();
  const old = browser.cookies.get(url)?.get('__Host-athena');
  await browser.get(await browser.toCallback());
  assert.notEqual(browser.cookies.get(url)?.get('__Host-athena'), old);
  const answer = await ask(gateway.port, '/config', { headers: { host: new URL(url).host, cookie: `__Host-athena=${old}` } });
  assert.deepEqual(answer.json(), { mode: 'login' });
});

test('signing out is asked by this site alone, and leads to the provider, which is told', async () => {
  const browser = await signedIn();
  const cookie = `__Host-athena=${browser.cookies.get(url)?.get('__Host-athena')}`;
  const host = new URL(url).host;
  const foreign = await ask(gateway.port, '/logout', { method: 'POST', headers: { host, cookie, 'sec-fetch-site': 'cross-site' } });
  assert.equal(foreign.status, 403);
  assert.equal((await browser.get(`${url}/logout`)).status, 405);
  assert.equal((await browser.call()).status, 200);
  const answer = await browser.get(`${url}/logout`, 'POST');
  const { location } = answer.json() as { location: string };
  assert.ok(location.startsWith(`${issuer}/session/end?`), location);
  assert.deepEqual(await browser.user(), { mode: 'login' });
  assert.equal((await askJson(gateway.port, GET_INSTITUTION, {}, { host, cookie })).status, 401);
});
