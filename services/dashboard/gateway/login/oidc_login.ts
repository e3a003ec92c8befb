// Signing in at an OpenID provider: the code flow with PKCE. The browser gets an opaque cookie; tokens
// stay here, and the access token goes to the services, which decide what its bearer may do.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { Code } from '@connectrpc/connect';
import * as oidc from 'openid-client';

import { refusal } from '../calls/errors.ts';
import { isLoopbackHost } from '../http/security.ts';
import type { Log } from '../log.ts';
import type { PageConfig } from '../page_config.ts';
import { clearCookie, cookie, safePath, setCookie } from './cookies.ts';
import type { Login } from './login.ts';
import { Sessions } from './sessions.ts';

export interface OidcOptions {
  readonly issuer: URL;
  readonly clientId: string;
  /** undefined: a public client. */
  readonly clientSecret: string | undefined;
  readonly scope: string;
  /** Where browsers find the dashboard. */
  readonly url: URL;
}

interface Session {
  readonly subject: string;
  readonly name: string;
  readonly institution: string | undefined;
  readonly roles: readonly string[];
  readonly idToken: string | undefined;
  accessToken: string;
  refreshToken: string | undefined;
  expiresAt: number; // Infinity: the provider does not say
  refreshing: Promise<void> | undefined;
}

/** A browser that was sent to the provider. */
interface Pending {
  readonly state: string;
  readonly nonce: string;
  readonly verifier: string;
  readonly returnTo: string;
}

const HOUR_MS = 3_600_000;
const PENDING_MS = 600_000;
// A token is renewed when it would end during a call.
const RENEW_BEFORE_MS = 30_000;
const SESSION = 'athena';
const PENDING = 'athena-login';

export class OidcLogin implements Login {
  readonly #options: OidcOptions;
  readonly #log: Log;
  readonly #callback: URL;
  readonly #sessions = new Sessions<Session>({ lifetimeMs: 12 * HOUR_MS, idleMs: HOUR_MS, most: 10_000 });
  readonly #pending = new Sessions<Pending>({ lifetimeMs: PENDING_MS, idleMs: PENDING_MS, most: 1000 });
  #provider: Promise<oidc.Configuration> | undefined;

  constructor(options: OidcOptions, log: Log) {
    this.#options = options;
    this.#log = log;
    this.#callback = new URL('/login/callback', options.url);
  }

  async authorization(request: IncomingMessage): Promise<string> {
    const name = cookie(request.headers.cookie, SESSION);
    const session = this.#sessions.use(name);
    if (session === undefined) throw loginRequired();
    if (Date.now() > session.expiresAt - RENEW_BEFORE_MS) {
      try {
        await (session.refreshing ??= this.#refresh(session).finally(() => (session.refreshing = undefined)));
      } catch (error) {
        this.#log('info', 'session ended', { subject: session.subject, message: messageOf(error) });
        this.#sessions.end(name);
        throw loginRequired();
      }
    }
    return `Bearer ${session.accessToken}`;
  }

  async pageConfig(request: IncomingMessage): Promise<PageConfig> {
    const session = this.#sessions.use(cookie(request.headers.cookie, SESSION));
    if (session === undefined) return { mode: 'login' };
    const { subject, name, institution, roles } = session;
    return {
      mode: 'login',
      user: { subject, name, ...(institution === undefined ? {} : { institution }), ...(roles.length === 0 ? {} : { roles }) },
    };
  }

  async answer(request: IncomingMessage, response: ServerResponse, path: string): Promise<boolean> {
    const expected = { '/login': 'GET', '/login/callback': 'GET', '/logout': 'POST' }[path];
    if (expected === undefined) return false;
    response.setHeader('cache-control', 'no-store');
    if (request.method !== expected) {
      response.writeHead(405, { allow: expected, 'content-type': 'text/plain' }).end(`${expected}\n`);
      return true;
    }
    try {
      if (path === '/login') await this.#begin(request, response);
      else if (path === '/login/callback') await this.#finish(request, response);
      else await this.#signOut(request, response);
    } catch (error) {
      // What the provider says may have codes: the reader is told that it failed, and the log why.
      this.#log('warning', 'sign-in failed', { path, message: messageOf(error) });
      response.writeHead(502, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('Signing in failed. Open /login to try again.\n');
    }
    return true;
  }

  async #begin(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const provider = await this.#discovered();
    const returnTo = safePath(new URL(request.url ?? '/', this.#options.url).searchParams.get('return_to'));
    const pending: Pending = {
      state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier(), returnTo,
    };
    const to = oidc.buildAuthorizationUrl(provider, {
      redirect_uri: this.#callback.href,
      scope: this.#options.scope,
      state: pending.state,
      nonce: pending.nonce,
      code_challenge: await oidc.calculatePKCECodeChallenge(pending.verifier),
      code_challenge_method: 'S256',
    });
    response.setHeader('set-cookie', setCookie(PENDING, this.#pending.add(pending), PENDING_MS / 1000));
    response.writeHead(303, { location: to.href }).end();
  }

  async #finish(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pending = this.#pending.end(cookie(request.headers.cookie, PENDING));
    if (pending === undefined) {
      // A callback that this browser did not ask for, or too late.
      response.setHeader('set-cookie', clearCookie(PENDING));
      response.writeHead(400, { 'content-type': 'text/plain; charset=utf-8' });
      response.end('This sign-in was not begun here, or too long ago. Open /login to try again.\n');
      return;
    }
    const current = new URL(this.#callback);
    current.search = new URL(request.url ?? '/', this.#options.url).search;
    const tokens = await oidc.authorizationCodeGrant(await this.#discovered(), current, {
      pkceCodeVerifier: pending.verifier,
      expectedState: pending.state,
      expectedNonce: pending.nonce,
      idTokenExpected: true,
    });
    const claims = tokens.claims();
    if (claims === undefined) throw new Error('the provider gave no ID token');
    // A session from before is not continued: its name may be known to somebody else.
    this.#sessions.end(cookie(request.headers.cookie, SESSION));
    const name = this.#sessions.add({
      subject: claims.sub,
      name: firstText(claims['name'], claims['preferred_username'], claims.sub),
      institution: typeof claims['athena_institution'] === 'string' ? claims['athena_institution'] : undefined,
      roles: textsOf(claims['athena_roles']),
      idToken: tokens.id_token,
      accessToken: tokens.access_token,
      refreshToken: tokens.refresh_token,
      expiresAt: expiry(tokens.expiresIn()),
      refreshing: undefined,
    });
    this.#log('info', 'signed in', { subject: claims.sub });
    response.setHeader('set-cookie', [clearCookie(PENDING), setCookie(SESSION, name)]);
    response.writeHead(303, { location: pending.returnTo }).end();
  }

  /** Answers where the page goes next: the provider's own sign-out, if it has one. */
  async #signOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const session = this.#sessions.end(cookie(request.headers.cookie, SESSION));
    let location = '/';
    if (session !== undefined) {
      this.#log('info', 'signed out', { subject: session.subject });
      const provider = await this.#discovered();
      if (provider.serverMetadata().end_session_endpoint !== undefined) {
        const parameters = { post_logout_redirect_uri: this.#options.url.href };
        location = oidc.buildEndSessionUrl(provider,
          session.idToken === undefined ? parameters : { ...parameters, id_token_hint: session.idToken }).href;
      }
    }
    response.setHeader('set-cookie', clearCookie(SESSION));
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ location }));
  }

  async #refresh(session: Session): Promise<void> {
    if (session.refreshToken === undefined) throw new Error('the token has expired');
    const tokens = await oidc.refreshTokenGrant(await this.#discovered(), session.refreshToken);
    session.accessToken = tokens.access_token;
    session.refreshToken = tokens.refresh_token ?? session.refreshToken;
    session.expiresAt = expiry(tokens.expiresIn());
  }

  /** What the provider says of itself, asked once; a failure is not kept. */
  #discovered(): Promise<oidc.Configuration> {
    const { issuer, clientId, clientSecret } = this.#options;
    // TLS is left out for a provider on the same machine alone.
    const options = isLoopbackHost(issuer.host) ? { execute: [oidc.allowInsecureRequests] } : {};
    const authentication = clientSecret === undefined ? oidc.None() : oidc.ClientSecretBasic(clientSecret);
    return (this.#provider ??= oidc.discovery(issuer, clientId, undefined, authentication, options).catch((error: unknown) => {
      this.#provider = undefined;
      throw error;
    }));
  }
}

function loginRequired(): Error {
  return refusal(Code.Unauthenticated, 'LOGIN_REQUIRED', 'sign in at /login');
}

function expiry(seconds: number | undefined): number {
  return seconds === undefined ? Infinity : Date.now() + seconds * 1000;
}

// A claim that is a list of texts, or one text with spaces between them.
function textsOf(claim: unknown): string[] {
  const list: readonly unknown[] = Array.isArray(claim) ? claim : typeof claim === 'string' ? claim.split(/[\s,+]+/) : [];
  return list.filter((one): one is string => typeof one === 'string' && one !== '').slice(0, 50);
}

function firstText(...values: readonly unknown[]): string {
  return values.find((value): value is string => typeof value === 'string' && value !== '') ?? '';
}

function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = 'code' in error && typeof error.code === 'string' ? `${error.code}: ` : '';
  return (code + error.message).slice(0, 500);
}
