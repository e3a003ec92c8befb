import { createClient } from '@connectrpc/connect';
import { OperationsService } from '#gen/athena/plan/v1/operations_service_pb.js';
import { calls } from '../transport.ts';

export const operations = createClient(OperationsService, calls);
