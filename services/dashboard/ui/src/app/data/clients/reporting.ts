import { createClient } from '@connectrpc/connect';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { cacheableCalls, calls } from '../transport.ts';

export const reporting = createClient(ReportingService, calls);
// Reads by GET, which may be kept: for publications.
export const publications = createClient(ReportingService, cacheableCalls);
