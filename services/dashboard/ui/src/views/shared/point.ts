// Lists that belong to a plan's institution are read at the point in history of the page: that of
// the plan's own score, which is shown with its basis.
import { create } from '@bufbuild/protobuf';
import { type AsOf, AsOfSchema } from '#gen/athena/common/v1/values_pb.js';
import type { Basis, Scorecard } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { institutionName, type Route, scorecardName } from '../../app/address/route.ts';
import { asOfRequest } from '../../app/data/basis.ts';
import { reporting } from '../../app/data/clients/reporting.ts';

export interface Point {
  scorecard: Scorecard;
  // Of the institution at the plan and at the indicator service.
  plan: AsOf | undefined;
  indicator: AsOf | undefined;
}

// The plan's revision that a basis has.
export function planRevision(basis: Basis): AsOf {
  return create(AsOfSchema, { point: { case: 'revision', value: basis.planRevision }, lineage: basis.planLineage });
}

export async function fetchPoint(route: Route, timeZone: string, signal: AbortSignal): Promise<Point> {
  const asOf = asOfRequest(route.asOf, timeZone);
  const scorecard = await reporting.getScorecard({ name: scorecardName(route), languageCode: route.language ?? 'en', depth: 0, ...(asOf ? { asOf } : {}) }, { signal });
  const { basis } = scorecard;
  const at = (revision: bigint | undefined, lineage: string | undefined) =>
    revision === undefined ? undefined : create(AsOfSchema, { point: { case: 'revision', value: revision }, lineage: lineage ?? '' });
  const institution = institutionName(route);
  return {
    scorecard,
    plan: at(basis?.planRevision, basis?.planLineage),
    indicator: at(basis?.indicatorRevisions[institution], basis?.indicatorLineages[institution]),
  };
}

// All pages of a list.
export async function pages<T>(page: (pageToken: string) => Promise<{ items: T[]; nextPageToken: string }>): Promise<T[]> {
  const all: T[] = [];
  for (let pageToken = ''; ; ) {
    const answer = await page(pageToken);
    all.push(...answer.items);
    pageToken = answer.nextPageToken;
    if (!pageToken) return all;
  }
}
