// Which process serves which services.
import { createRegistry, type DescService } from '@bufbuild/protobuf';

import { HistoryService } from '#gen/athena/common/v1/history_service_pb.js';
import { IndicatorService } from '#gen/athena/indicator/v1/indicator_service_pb.js';
import { FollowUpService } from '#gen/athena/plan/v1/follow_up_service_pb.js';
import { OperationsService } from '#gen/athena/plan/v1/operations_service_pb.js';
import { PlanService } from '#gen/athena/plan/v1/plan_service_pb.js';
import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { file_google_rpc_error_details } from '#gen/google/rpc/error_details_pb.js';

export const PROCESSES = ['plan', 'indicator', 'reporting'] as const;
export type Process = (typeof PROCESSES)[number];

/** The services that one process alone has: called at /{service}/{method}. */
export const OWN_SERVICES: Readonly<Record<Process, readonly DescService[]>> = {
  plan: [PlanService, OperationsService, FollowUpService],
  indicator: [IndicatorService],
  reporting: [ReportingService],
};

/** The services that every process has for what it stores: called at /{process}/{service}/{method}. */
export const COMMON_SERVICES: readonly DescService[] = [HistoryService];

/** Every type by name, for JSON with google.protobuf.Any and for error details in JSON. */
export const TYPES = createRegistry(
  file_google_rpc_error_details,
  ...[...Object.values(OWN_SERVICES).flat(), ...COMMON_SERVICES].map((service) => service.file),
);
