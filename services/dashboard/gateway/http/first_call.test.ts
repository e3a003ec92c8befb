import { strict as assert } from 'node:assert';
import { test } from 'node:test';

import { fromBinary, toJson } from '@bufbuild/protobuf';

import { GetBoardTableRequestSchema, GetScorecardRequestSchema } from '#gen/athena/reporting/v1/reporting_service_pb.js';

import { firstCall } from './first_call.ts';

const SERVICE = '/athena.reporting.v1.ReportingService';
const NAME = 'institutions/gob/plans/plan/scorecards/2026-Q3';

// The request in an address, read as proto3 JSON.
function asked(url: string, schema: typeof GetScorecardRequestSchema | typeof GetBoardTableRequestSchema): unknown {
  const call = new URL(firstCall(url) ?? '', 'http://page.invalid');
  assert.deepEqual(Object.fromEntries([...call.searchParams].filter(([name]) => name !== 'message')), { connect: 'v1', base64: '1', encoding: 'proto' });
  const message = fromBinary(schema, Buffer.from(call.searchParams.get('message') ?? '', 'base64url'));
  return { path: call.pathname, ...(toJson(schema as typeof GetScorecardRequestSchema, message as never) as object) };
}

test('the call of a page asks for what the address says', () => {
  assert.deepEqual(asked('/scorecard/gob/plan/2026-Q3?lang=nl&open=all', GetScorecardRequestSchema), {
    path: `${SERVICE}/GetScorecard`, name: NAME, languageCode: 'nl', view: 'SCORECARD_VIEW_FULL',
  });
  assert.deepEqual(asked('/board/gob/plan/2026-Q3?asof=closing&lang=fr&scope=specific&unit=bcit&priority=2', GetBoardTableRequestSchema), {
    path: `${SERVICE}/GetBoardTable`, name: `${NAME}/boardTable`, asOf: { closing: true }, languageCode: 'fr',
    scope: 'SCOPE_SPECIFIC', unit: 'institutions/gob/units/bcit', maxPriority: 2,
  });
});

test('no call is announced that the app may not make, or not so', () => {
  for (const url of [
    '/scorecard/gob/plan/2026-Q3', // the browser says the language
    '/scorecard/gob/plan/2026-Q3?lang=nl&as=planner', // with a credential
    '/scorecard/gob/plan/2026-Q3?lang=nl&asof=2026-11-30', // the plan says the time zone
    '/scorecard/gob/plan?lang=nl', '/scorecard/gob?lang=nl', '/risks/gob/plan/2026-Q3?lang=nl', '/publications/gob/plan/2026-Q3/1?lang=nl', '/',
  ]) assert.equal(firstCall(url), undefined, url);
});
