import { createClient } from '@connectrpc/connect';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { calls, callsByGet } from '../transport.ts';

export const reporting = createClient(ReportingService, calls);
export const reads = createClient(ReportingService, callsByGet);
