// The call that a page waits for. The page announces it in its header Link, so that browsers ask while
// they still fetch scripts; the app then finds the answer there, or on its way.
import { create, type DescMethodUnary, type MessageInitShape, toBinary } from '@bufbuild/protobuf';
import { base64Encode } from '@bufbuild/protobuf/wire';

import { ReportingService } from '#gen/athena/reporting/v1/reporting_service_pb.js';

import { parseRoute, scorecardName } from '../../ui/src/app/address/route.ts';
import { asOfRequest } from '../../ui/src/app/data/basis.ts';
import { boardTable } from '../../ui/src/views/board/request.ts';
import { wholeScorecard } from '../../ui/src/views/scorecard/request.ts';

/** The address of the call for the page of an address, "/board/gob/...?lang=nl". Undefined: it has none, or
 *  only the browser knows what the app will ask: in which language, as whom, until when a day lasts. */
export function firstCall(url: string): string | undefined {
  const route = parseRoute(new URL(url, 'http://page.invalid'));
  const { view, language, institution, plan, quarter, asOf, query } = route;
  if (language === undefined || institution === '' || plan === '' || quarter === '') return undefined;
  if (asOf.kind === 'day' || query['as'] !== undefined) return undefined;
  const at = asOfRequest(asOf, '');
  if (view === 'board') return addressOf(ReportingService.method.getBoardTable, boardTable(route, language, at));
  if (view === 'scorecard') return addressOf(ReportingService.method.getScorecard, wholeScorecard(scorecardName(route), language, at));
  return undefined;
}

/** As Connect's client writes it for a GET of a message in binary. */
function addressOf<Method extends DescMethodUnary>(method: Method, request: MessageInitShape<Method['input']>): string {
  const message = base64Encode(toBinary(method.input, create(method.input, request)), 'url');
  return `/${method.parent.typeName}/${method.name}?connect=v1&base64=1&encoding=proto&message=${message}`;
}
