// What the first page asks of the reporting service; the other methods are in reporting.ts, which views
// load with themselves.
import { createClient } from '@connectrpc/connect';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { calls, callsByGet } from '../transport.ts';

export const { getScorecard, listPublications } = createClient(ReportingService, calls);
export const { getBoardTable } = createClient(ReportingService, callsByGet);
