import { createClient } from '@connectrpc/connect';
import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { calls } from '../transport.ts';

export const plans = createClient(PlanService, calls);
