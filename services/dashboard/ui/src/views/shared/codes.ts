// The codes of a plan's elements, by resource name: lists of other resources name elements so.
import type { AsOf } from '#gen/athena/common/v1/values_pb.js';
import type { Element } from '#gen/athena/plan/v1/plan_pb.js';
import { planName, type Route } from '../../app/address/route.ts';
import { plans } from '../../app/data/clients/plans.ts';
import { pages } from './point.ts';

export async function elementsOf(route: Route, asOf: AsOf | undefined, signal: AbortSignal): Promise<Element[]> {
  return pages<Element>(async (pageToken) => {
    const page = await plans.listElements({ parent: planName(route), pageSize: 1000, pageToken, ...(asOf ? { asOf } : {}) }, { signal });
    return { items: page.elements, nextPageToken: page.nextPageToken };
  });
}

export async function elementCodes(route: Route, asOf: AsOf | undefined, signal: AbortSignal): Promise<Map<string, string>> {
  return new Map((await elementsOf(route, asOf, signal)).map(({ name, code }) => [name, code]));
}
