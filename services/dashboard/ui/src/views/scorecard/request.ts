// What the view asks for. The gateway reads it, too, and announces the call with the page
// (gateway/http/first_call.ts).
import { type GetScorecardRequest, type ScorecardAsOf, ScorecardView } from '#gen/athena/reporting/v1/reporting_service_pb.js';

type Asked = Pick<GetScorecardRequest, 'name' | 'languageCode' | 'view' | 'asOf'>;

export const wholeScorecard = (name: string, languageCode: string, asOf: ScorecardAsOf | undefined): Asked =>
  ({ name, languageCode, view: ScorecardView.FULL, ...(asOf ? { asOf } : {}) });
