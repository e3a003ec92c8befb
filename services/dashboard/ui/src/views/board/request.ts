// What the view asks for. The gateway reads it, too, and announces the call with the page
// (gateway/http/first_call.ts).
import type { GetBoardTableRequest, ScorecardAsOf } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { institutionName, type Route, scorecardName } from '../../app/address/route.ts';
import { filtersOf } from './filters.ts';

type Asked = Pick<GetBoardTableRequest, 'name' | 'languageCode' | 'scope' | 'maxPriority' | 'unit' | 'asOf'>;

export function boardTable(route: Route, languageCode: string, asOf: ScorecardAsOf | undefined): Asked {
  const { unit, scope, maxPriority } = filtersOf(route.query);
  return {
    name: `${scorecardName(route)}/boardTable`, languageCode, scope, maxPriority,
    unit: unit ? `${institutionName(route)}/units/${unit}` : '', ...(asOf ? { asOf } : {}),
  };
}
