// Calls to the services, through the gateway that served this page.
import { Code, ConnectError, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { router } from '../router.svelte.ts';
import { session } from '../session.svelte.ts';
import { tellBasis } from './first_basis.ts';

const serviceOf = new WeakMap<ConnectError, string>();

// The service that a failed call was for, "plan"; undefined when it is not known: two have a history.
export function serviceAsked(error: ConnectError): string | undefined {
  return serviceOf.get(error);
}

const rememberService: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    const failure = ConnectError.from(error);
    const service = /^athena\.(plan|indicator|reporting)\./.exec(request.service.typeName)?.[1];
    if (service) serviceOf.set(failure, service);
    throw failure;
  }
};

// In the demo everybody may choose as whom to read and write: "as" in the address.
const asWhom: Interceptor = (next) => (request) => {
  const principal = router.route.query['as'];
  if (session.mode === 'demo' && principal && session.config?.principals?.includes(principal)) {
    request.header.set('authorization', `Bearer ${principal}`);
  }
  return next(request);
};

function transport(useHttpGet: boolean, below = ''): Transport {
  return createConnectTransport({
    baseUrl: location.origin + below,
    useBinaryFormat: true,
    useHttpGet,
    defaultTimeoutMs: 20_000,
    interceptors: [rememberService, tellBasis, asWhom],
  });
}

export const calls = transport(false);
// For services that several processes have: of one of them.
export const callsOf = (process: 'plan' | 'indicator' | 'reporting'): Transport => transport(false, `/${process}`);
// Reads by GET: of publications, which never change, so that browsers and proxies may keep them; and of what
// the page itself announced (gateway/http/first_call.ts).
export const callsByGet = transport(true);

export function isCode(error: unknown, ...codes: Code[]): boolean {
  return error instanceof ConnectError && codes.includes(error.code);
}
