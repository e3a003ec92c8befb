import { createClient } from '@connectrpc/connect';
import { FollowUpService } from '#gen/athena/plan/v1/follow_up_service_pb.js';
import { calls } from '../transport.ts';

export const followUp = createClient(FollowUpService, calls);
