import assert from 'node:assert/strict';
import { test } from 'node:test';

import { clearCookie, cookie, safePath, setCookie } from './cookies.ts';

const NAME = 'x'.repeat(43);

test('a cookie is set for this host, over TLS, hidden from scripts', () => {
  assert.equal(setCookie('athena', NAME), `__Host-athena=${NAME}; Path=/; Secure; HttpOnly; SameSite=Lax`);
  assert.match(clearCookie('athena'), /^__Host-athena=; .*; Max-Age=0$/);
});

test('a cookie is read by its whole name, once, in its form', () => {
  assert.equal(cookie(`a=b; __Host-athena=${NAME}; c=d`, 'athena'), NAME);
  assert.equal(cookie(`__Host-athena-login=${NAME}`, 'athena'), undefined);
  assert.equal(cookie(`__Host-athena=${NAME}; __Host-athena=${'y'.repeat(43)}`, 'athena'), undefined);
  for (const header of [undefined, '', '__Host-athena=', '__Host-athena=short', `athena=${NAME}`, `__Host-athena=${NAME}x`]) {
    assert.equal(cookie(header, 'athena'), undefined, header);
  }
});

test('signing in leads to a path of this site alone', () => {
  for (const path of ['/', '/board/gob/plan/2026-Q3?lang=nl', '/a//b']) assert.equal(safePath(path), path);
  for (const path of [null, '', 'https://evil.example', '//evil.example', '/\\evil.example', '/a\\b', 'board', '/a b', '/\n/evil', `/${'a'.repeat(2000)}`]) {
    assert.equal(safePath(path), '/', String(path));
  }
});
