import { createClient } from '@connectrpc/connect';
import { IndicatorService } from '#gen/athena/indicator/v1/indicator_service_pb.js';
import { calls } from '../transport.ts';

export const indicators = createClient(IndicatorService, calls);
