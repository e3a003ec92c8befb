// Clients of the three services, through the gateway that served this page.
import { Code, ConnectError, createClient, type Interceptor, type Transport } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-web';
import { HistoryService } from '#gen/athena/common/v1/history_service_pb.js';
import { IndicatorService } from '#gen/athena/indicator/v1/indicator_service_pb.js';
import { FollowUpService } from '#gen/athena/plan/v1/follow_up_service_pb.js';
import { OperationsService } from '#gen/athena/plan/v1/operations_service_pb.js';
import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { router } from '../router.svelte.ts';
import { session } from '../session.svelte.ts';

// Which service a call is for, where the error does not say it. History is asked of two.
const asked: Record<string, string> = {
  [PlanService.typeName]: 'plan',
  [OperationsService.typeName]: 'plan',
  [FollowUpService.typeName]: 'plan',
  [IndicatorService.typeName]: 'indicator',
  [ReportingService.typeName]: 'reporting',
};

const serviceOf = new WeakMap<ConnectError, string>();

// The service that a failed call was for; undefined when it is not known.
export function serviceAsked(error: ConnectError): string | undefined {
  return serviceOf.get(error);
}

const rememberService: Interceptor = (next) => async (request) => {
  try {
    return await next(request);
  } catch (error) {
    const failure = ConnectError.from(error);
    const service = asked[request.service.typeName];
    if (service) serviceOf.set(failure, service);
    throw failure;
  }
};

// In the demo everybody may choose as whom to read and write: "as" in the address.
const asWhom: Interceptor = (next) => (request) => {
  const principal = router.route.query['as'];
  if (session.mode === 'demo' && principal && /^[a-z-]{1,40}$/.test(principal)) {
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
    interceptors: [rememberService, asWhom],
  });
}

const calls = transport(false);
// For publications, which never change: browsers and proxies may keep them.
const cacheable = transport(true);

export const plans = createClient(PlanService, calls);
export const operations = createClient(OperationsService, calls);
export const followUp = createClient(FollowUpService, calls);
export const indicators = createClient(IndicatorService, calls);
export const reporting = createClient(ReportingService, calls);
export const publications = createClient(ReportingService, cacheable);
// Every service keeps the history of what it stores.
export const planHistory = createClient(HistoryService, transport(false, '/plan'));
export const indicatorHistory = createClient(HistoryService, transport(false, '/indicator'));
export const untyped: Transport = calls;

export function isCode(error: unknown, ...codes: Code[]): boolean {
  return error instanceof ConnectError && codes.includes(error.code);
}
