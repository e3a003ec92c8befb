import assert from 'node:assert/strict';
import { test } from 'node:test';

import { isLoopbackHost, refusedBecause, type Site } from './security.ts';

const DEMO: Site = { mode: 'demo', url: undefined };
const LOGIN: Site = { mode: 'login', url: new URL('https://athena.example.org') };
const PUBLIC: Site = { mode: 'public', url: undefined };

test('loopback names are told from names that look like them', () => {
  for (const host of ['localhost', 'LOCALHOST:7700', '127.0.0.1', '127.1.2.3:80', '[::1]:7700']) assert.ok(isLoopbackHost(host), host);
  for (const host of ['', 'localhost.', 'localhost.evil', '127.0.0.1.evil', '1127.0.0.1', '[::1', '::1', '[::2]', '10.0.0.1', 'localhost:x']) {
    assert.ok(!isLoopbackHost(host), host);
  }
});

test('with login it answers at its own address alone', () => {
  assert.equal(refusedBecause({ host: 'athena.example.org' }, 'POST', 'call', LOGIN), undefined);
  assert.notEqual(refusedBecause({ host: 'evil.example.org' }, 'POST', 'call', LOGIN), undefined);
  assert.notEqual(refusedBecause({}, 'POST', 'call', LOGIN), undefined);
  assert.equal(refusedBecause({ host: 'athena.example.org', 'x-forwarded-for': '203.0.113.1' }, 'POST', 'call', LOGIN), undefined);
});

test('public mode answers at every name, and still not to scripts of other sites', () => {
  assert.equal(refusedBecause({ host: 'anywhere.example' }, 'POST', 'call', PUBLIC), undefined);
  assert.notEqual(refusedBecause({ host: 'a.example', 'sec-fetch-site': 'cross-site' }, 'POST', 'call', PUBLIC), undefined);
});

test('a link from elsewhere opens a page, and posts nothing', () => {
  const link = { host: 'localhost', 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate', 'sec-fetch-dest': 'document' };
  assert.equal(refusedBecause(link, 'GET', 'page', DEMO), undefined);
  assert.notEqual(refusedBecause(link, 'POST', 'page', DEMO), undefined);
  assert.notEqual(refusedBecause(link, 'GET', 'call', DEMO), undefined);
});
