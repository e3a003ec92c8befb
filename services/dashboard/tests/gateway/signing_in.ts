// The gateway with an OpenID provider (oidc-provider), and a service that says which credential it was
// called with.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { createServer as createHttp2Server, type Http2Server } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

import { connectNodeAdapter } from '@connectrpc/connect-node';
import Provider from 'oidc-provider';

import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';

import { DASHBOARD, GATEWAY_NODE, Running } from './running.ts';

export interface SigningIn {
  readonly issuer: string;
  readonly url: string;
  readonly gateway: Running;
  readonly stop: () => Promise<void>;
}

export async function startSigningIn(): Promise<SigningIn> {
  const provider = createServer();
  const issuer = `http://127.0.0.1:${await listening(provider)}`;
  const plan = createHttp2Server(connectNodeAdapter({
    routes: (router) => router.rpc(PlanService.method.getInstitution, (_request, context) => ({
      name: context.requestHeader.get('authorization') ?? 'nobody' })),
  }));
  const service = `127.0.0.1:${await listening(plan)}`;
  // A port that is free: the gateway must know its own address.
  const free = createServer();
  const port = await listening(free);
  free.close();
  const url = `http://127.0.0.1:${port}`;
  provider.on('request', openIdProvider(issuer, url));
  const gateway = await Running.start('gateway', GATEWAY_NODE, [
    join(DASHBOARD, 'gateway.mjs'), `--listen=127.0.0.1:${port}`, '--ops_listen=127.0.0.1:0', '--log_level=debug',
    `--plan_address=${service}`, `--url=${url}`, `--oidc_issuer=${issuer}`, '--oidc_client_id=dashboard',
  ], { ATHENA_DASHBOARD_OIDC_CLIENT_SECRET: 'its-secret' });
  const stop = async (): Promise<void> => {
    await gateway.stop('SIGKILL');
    provider.close();
    provider.closeAllConnections();
    plan.close();
  };
  return { issuer, url, gateway, stop };
}

/** A provider where Anna is signed in without being asked. Its tokens end so soon that each call renews. */
function openIdProvider(issuer: string, url: string) {
  const oidc = new Provider(issuer, {
    clients: [{
      client_id: 'dashboard', client_secret: 'its-secret', redirect_uris: [`${url}/login/callback`],
      post_logout_redirect_uris: [`${url}/`], grant_types: ['authorization_code', 'refresh_token'], response_types: ['code'],
    }],
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], profile: ['name', 'athena_institution', 'athena_roles'] },
    conformIdTokenClaims: false,
    features: { devInteractions: { enabled: false } },
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
