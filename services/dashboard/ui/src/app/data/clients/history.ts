import { createClient } from '@connectrpc/connect';
import { HistoryService } from '#gen/athena/common/v1/history_service_pb.js';
import { calls } from '../transport.ts';

export const history = createClient(HistoryService, calls);
