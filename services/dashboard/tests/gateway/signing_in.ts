// The gateway with an OpenID provider (oidc-provider), a browser without page, and a service that says
// which credential it was called with.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { connectNodeAdapter } from '@connectrpc/connect-node';
import Provider from 'oidc-provider';

import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';

import { ask, type Answer, askJson } from './asking.ts';
import { DASHBOARD, GATEWAY_NODE, Running } from './running.ts';

export interface SigningIn {
  readonly issuer: string;
  readonly url: string;
  readonly gateway: Running;
  /** What the next tokens say of their bearer, where services verify them. */
  readonly claims: { athena_institution: string; athena_roles: readonly string[] };
  readonly stop: () => Promise<void>;
}

export const GET_INSTITUTION = '/athena.plan.v1.PlanService/GetInstitution';

/** `services` starts others instead, which verify the provider's tokens, and returns the gateway's flags. */
export async function startSigningIn(services?: (issuer: string) => Promise<readonly string[]>): Promise<SigningIn> {
  const provider = createServer();
  const issuer = `http://127.0.0.1:${await listening(provider)}`;
  const plan = createHttp2Server(connectNodeAdapter({
    routes: (router) => router.rpc(PlanService.method.getInstitution, (_request, context) => ({
      name: context.requestHeader.get('authorization') ?? 'nobody' })),
  }));
  const flags = services === undefined ? [`--plan_address=127.0.0.1:${await listening(plan)}`] : await services(issuer);
  // A port that is free: the gateway must know its own address.
  const free = createServer();
  const port = await listening(free);
  free.close();
  const url = `http://127.0.0.1:${port}`;
  const claims: SigningIn['claims'] = { athena_institution: 'library', athena_roles: ['viewer'] };
  provider.on('request', openIdProvider(issuer, url, claims, services !== undefined));
  const gateway = await Running.start('gateway', GATEWAY_NODE, [
    join(DASHBOARD, 'gateway.mjs'), `--listen=127.0.0.1:${port}`, '--ops_listen=127.0.0.1:0', '--log_level=debug',
    ...flags, `--url=${url}`, `--oidc_issuer=${issuer}`, '--oidc_client_id=dashboard',
  ], { ATHENA_DASHBOARD_OIDC_CLIENT_SECRET: 'its-secret' });
  const stop = async (): Promise<void> => {
    await gateway.stop('SIGKILL');
    provider.close();
    provider.closeAllConnections();
    plan.close();
  };
  return { issuer, url, gateway, claims, stop };
}

/** A browser without page: cookies of each origin, and everything that it was told. */
export class Browser {
  readonly cookies = new Map<string, Map<string, string>>();
  readonly told: string[] = [];
  readonly #signing: SigningIn;

  constructor(signing: SigningIn) {
    this.#signing = signing;
  }

  async get(address: string, method = 'GET'): Promise<Answer> {
    const { origin, port, pathname, search } = new URL(address);
    const jar = this.cookies.get(origin) ?? new Map<string, string>();
    this.cookies.set(origin, jar);
    const answer = await ask(Number(port), pathname + search, {
      method, headers: { cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') } });
    this.told.push(JSON.stringify(answer.headers), answer.body.toString());
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return answer;
  }

  /** Follows redirects until one leads to `until`, or there are no more. */
  async follow(address: string, until?: string): Promise<{ address: string; answer: Answer }> {
    for (let at = address; ;) {
      const answer = await this.get(at);
      if (answer.headers.location === undefined) return { address: at, answer };
      at = new URL(answer.headers.location, at).href;
      if (until !== undefined && at.startsWith(until)) return { address: at, answer };
    }
  }

  /** The callback that the provider sends the browser to, not opened yet. */
  async toCallback(path = '/'): Promise<string> {
    return (await this.follow(`${this.#signing.url}/login?return_to=${encodeURIComponent(path)}`, `${this.#signing.url}/login/callback`)).address;
  }

  call(path = GET_INSTITUTION, message: unknown = {}): Promise<Answer> {
    const { url, gateway } = this.#signing;
    const jar = this.cookies.get(url) ?? new Map<string, string>();
    return askJson(gateway.port, path, message, {
      host: new URL(url).host, cookie: [...jar].map(([name, value]) => `${name}=${value}`).join('; ') });
  }

  async user(): Promise<unknown> {
    return (await this.get(`${this.#signing.url}/config`)).json();
  }
}

/** A provider where Anna is signed in without being asked. Its tokens end so soon that each call renews. They
 * are opaque, or JSON Web Tokens. */
function openIdProvider(issuer: string, url: string, extra: SigningIn['claims'], jwt: boolean) {
  const athena = { audience: 'athena', accessTokenTTL: 20, accessTokenFormat: 'jwt', jwt: { sign: { alg: 'RS256' } } };
  const oidc = new Provider(issuer, {
    clients: [{
      client_id: 'dashboard', client_secret: 'its-secret', redirect_uris: [`${url}/login/callback`],
      post_logout_redirect_uris: [`${url}/`], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    }],
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], profile: ['name', 'athena_institution', 'athena_roles'] },
    conformIdTokenClaims: false,
    features: {
      devInteractions: { enabled: false },
      ...(jwt ? { resourceIndicators: {
        enabled: true, defaultResource: () => 'urn:athena', useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: '', ...athena }),
      } } : {}),
    },
    extraTokenClaims: () => (jwt ? { ...extra } : undefined),
    pkce: { required: () => true },
    ttl: { AccessToken: 20, RefreshToken: 3600, Session: 3600, Grant: 3600, IdToken: 3600, Interaction: 600 },
    issueRefreshToken: () => true,
    rotateRefreshToken: true, // each is good for once
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id, name: 'Anna <b>Peeters</b>', athena_institution: 'gob', athena_roles: ['viewer', 'planner'] }) }),
    interactions: { url: (_context: unknown, interaction: { uid: string }) => `/interaction/${interaction.uid}` },
    loadExistingGrant: async (context: GrantContext) => {
      const grant = new context.oidc.provider.Grant({ clientId: 'dashboard', accountId: 'anna' });
      grant.addOIDCScope('openid profile offline_access');
      await grant.save();
      return grant;
    },
  });
  const answer = oidc.callback();
  return (...[request, response]: Parameters<typeof answer>): void => {
    if (request.url?.startsWith('/interaction/') === true) {
      void oidc.interactionFinished(request, response, { login: { accountId: 'anna' } });
    } else {
      answer(request, response);
    }
  };
}

interface Grant {
  addOIDCScope(scope: string): void;
  save(): Promise<string>;
}
interface GrantContext {
  oidc: { provider: { Grant: new (of: { clientId: string; accountId: string }) => Grant } };
}

async function listening(server: Server | Http2Server): Promise<number> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return (server.address() as AddressInfo).port;
}
