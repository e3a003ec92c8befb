import assert from 'node:assert/strict';
import { test } from 'node:test';

import { BadOption, type Options, parseOptions } from './options.ts';

function parsed(argv: readonly string[], environment: Record<string, string> = {}): Options {
  const options = parseOptions(argv, environment);
  assert.notEqual(options, 'help');
  return options as Options;
}

test('without flags it is the demo beside services at their default ports', () => {
  const options = parsed([]);
  assert.deepEqual(options.listen, { host: '127.0.0.1', port: 7700 });
  assert.deepEqual(options.services, { plan: '127.0.0.1:7701', indicator: '127.0.0.1:7702', reporting: '127.0.0.1:7703' });
  assert.deepEqual([options.public, options.oidc, options.drainMs], [false, undefined, 10_000]);
});

test('the command line wins over the environment', () => {
  const environment = { ATHENA_DASHBOARD_LISTEN: '127.0.0.1:1', ATHENA_DASHBOARD_PLAN_ADDRESS: '127.0.0.2:2', ATHENA_DASHBOARD_PUBLIC: 'true' };
  const options = parsed(['--listen=[::1]:3'], environment);
  assert.deepEqual(options.listen, { host: '[::1]', port: 3 });
  assert.equal(options.services.plan, '127.0.0.2:2');
  assert.equal(options.public, true);
});

test('without login it listens on loopback alone', () => {
  assert.throws(() => parsed(['--listen=0.0.0.0:7700']), BadOption);
  assert.throws(() => parsed(['--listen=10.0.0.1:7700']), BadOption);
  assert.equal(parsed(['--listen=0.0.0.0:7700', '--public']).listen.host, '0.0.0.0');
});

test('services on other machines are called by TLS alone', () => {
  assert.throws(() => parsed(['--plan_address=10.0.0.1:7701']), /--plan_address=.*--tls_ca/);
  assert.throws(() => parsed(['--tls_ca=/nowhere.pem']), /\/nowhere.pem/);
  assert.equal(parsed([]).tls, undefined);
});

test('a login needs TLS, but on the same machine', () => {
  const login = (url: string, issuer: string): Options =>
    parsed(['--listen=0.0.0.0:7700', `--url=${url}`, `--oidc_issuer=${issuer}`, '--oidc_client_id=x'], { ATHENA_DASHBOARD_OIDC_CLIENT_SECRET: 's' });
  assert.equal(login('https://a.example', 'https://b.example').oidc?.clientSecret, 's');
  assert.equal(login('http://localhost:1', 'http://127.0.0.1:2').oidc?.url.host, 'localhost:1');
  assert.throws(() => login('http://a.example', 'https://b.example'), /--url=/);
  assert.throws(() => login('https://a.example', 'http://b.example'), /--oidc_issuer=/);
  assert.throws(() => login('ftp://localhost', 'https://b.example'), BadOption);
  assert.throws(() => parsed(['--oidc_issuer=https://b.example']), /needs --url/);
  assert.throws(() => parsed(['--public', '--url=https://a.example', '--oidc_issuer=https://b.example', '--oidc_client_id=x']), /one of them/);
});

test('what cannot be is refused with its name', () => {
  for (const [flag, name] of [['--log_level=loud', 'log_level'], ['--drain_seconds=-1', 'drain_seconds'], ['--plan_address=x', 'plan_address'],
    ['--listen=:1', 'listen'], ['--ops_listen=a:65536', 'ops_listen'], ['--what', 'what']] as const) {
    assert.throws(() => parsed([flag]), new RegExp(name), flag);
  }
});
