// Every service keeps the history of what it stores.
import { createClient } from '@connectrpc/connect';
import { HistoryService } from '#gen/athena/common/v1/history_service_pb.js';
import { callsOf } from '../transport.ts';

export const planHistory = createClient(HistoryService, callsOf('plan'));
