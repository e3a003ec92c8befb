// The gateway's process: options, listening, and the orderly end.
import type { AddressInfo } from 'node:net';
import type { IncomingMessage, Server } from 'node:http';
import { fileURLToPath } from 'node:url';
import { webcrypto } from 'node:crypto';

import { appFiles } from './http/app_files.ts';
import { Calls, PASS, type Upstreams } from './calls/handlers.ts';
import { type Log, logTo } from './log.ts';
import type { Login } from './login/login.ts';
import { OidcLogin } from './login/oidc_login.ts';
import { demoLogin, publicLogin } from './login/without_login.ts';
import { operationsServer } from './operations.ts';
import { type Address, BadOption, type Options, parseOptions, USAGE } from './options.ts';
import { PUBLIC_ONLY } from './calls/public_only.ts';
import type { Mode } from './page_config.ts';
import { PlanTitles } from './http/plan_titles.ts';
import type { Site } from './http/security.ts';
import { gatewayServer } from './http/server.ts';
import { Upstream } from './calls/upstream.ts';

async function run(options: Options): Promise<void> {
  const log = logTo(process.stderr, options.logLevel);
  const upstreams: Upstreams = {
    plan: new Upstream('plan', options.services.plan, options.tls),
    indicator: new Upstream('indicator', options.services.indicator, options.tls),
    reporting: new Upstream('reporting', options.services.reporting, options.tls),
  };
  const calls = new Calls();
  const site: Site = {
    mode: options.public ? 'public' : options.oidc === undefined ? 'demo' : 'login',
    url: options.oidc?.url,
  };
  const login = loginOf(options, log);
  const forward = options.public ? PUBLIC_ONLY : PASS;
  const credential = options.credential === undefined ? undefined : `Bearer ${options.credential}`;
  const server = gatewayServer({
    upstreams,
    login,
    forward,
    titles: options.public ? new PlanTitles(options.plans, upstreams.reporting, forward, async () => credential, log) : undefined,
    site,
    calls,
    log,
    publicKey: options.publicKey,
    files: appFiles(options.app ?? fileURLToPath(new URL('ui', import.meta.url)), maySee(site.mode)),
  });
  const operations = operationsServer(upstreams, calls);

  const port = await listen(server, options.listen);
  const opsPort = await listen(operations, options.opsListen);
  log('info', 'serving', {
    service: 'athena-dashboard', listen: `${options.listen.host}:${port}`, port, ops_port: opsPort, mode: site.mode,
  });

  await signalled();
  log('info', 'draining');
  await drain(server, calls, options.drainMs);
  operations.close();
  operations.closeAllConnections();
  for (const upstream of Object.values(upstreams)) upstream.close();
  log('info', 'stopped');
}

function loginOf(options: Options, log: Log): Login {
  if (options.public) return publicLogin(options.credential, options.plans);
  if (options.oidc !== undefined) return new OidcLogin(options.oidc, log);
  return demoLogin(options.principals);
}

/** Whether somebody may read more than publications: in the demo everybody, elsewhere who signed in. */
function maySee(mode: Mode): (request: IncomingMessage) => boolean {
  return ({ headers }) => mode === 'demo' || (mode === 'login' && headers.cookie !== undefined);
}

function listen(server: Server, { host, port }: Address): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host.replace(/^\[|\]$/g, ''), () => resolve((server.address() as AddressInfo).port));
  });
}

function signalled(): Promise<void> {
  return new Promise((resolve) => {
    for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => resolve());
  });
}

/** Ends streams, answers the calls in flight, closes. Clients that take longer are cut off. */
async function drain(server: Server, calls: Calls, withinMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  calls.drain();
  server.closeIdleConnections();
  // Connections become idle one by one as their answers are taken.
  const closing = setInterval(() => server.closeIdleConnections(), 20);
  const late = setTimeout(() => server.closeAllConnections(), withinMs);
  await closed;
  clearInterval(closing);
  clearTimeout(late);
}

function fail(log: Log, error: unknown): void {
  log('error', 'cannot start', { message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}

// Node.js 18 has it under another name.
if (globalThis.crypto === undefined) Object.defineProperty(globalThis, 'crypto', { value: webcrypto });

try {
  const options = parseOptions(process.argv.slice(2), process.env);
  if (options === 'help') process.stdout.write(USAGE);
  else await run(options);
} catch (error) {
  if (error instanceof BadOption) {
    process.stderr.write(`${error.message}\n\n${USAGE}`);
    process.exitCode = 2;
  } else {
    fail(logTo(process.stderr, 'error'), error);
  }
}
