// The basis of an answer, for addresses and requests.
import { create } from '@bufbuild/protobuf';
import { type Basis, BasisSchema } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { type ScorecardAsOf, ScorecardAsOfSchema } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { dayOf, isoDay } from '../../format/dates.ts';
import { type AsOf, type BasisKey, endOfDay, formatBasis } from '../address/as_of.ts';
import { idOf } from '../address/route.ts';

export function keyOf(basis: Basis): BasisKey {
  return {
    date: basis.date ? isoDay(basis.date) : '',
    planRevision: String(basis.planRevision),
    planLineage: basis.planLineage,
    engineVersion: basis.engineVersion,
    indicators: Object.entries(basis.indicatorRevisions)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, revision]) => ({ institution: idOf(name), revision: String(revision), lineage: basis.indicatorLineages[name] ?? '' })),
  };
}

export const basisKey = (basis: Basis): string => formatBasis(keyOf(basis));

export function basisOf(key: BasisKey): Basis {
  const basis = create(BasisSchema, {
    date: dayOf(key.date),
    planRevision: BigInt(key.planRevision),
    planLineage: key.planLineage,
    engineVersion: key.engineVersion,
  });
  for (const { institution, revision, lineage } of key.indicators) {
    basis.indicatorRevisions[`institutions/${institution}`] = BigInt(revision);
    if (lineage) basis.indicatorLineages[`institutions/${institution}`] = lineage;
  }
  return basis;
}

// A point in history for a request to the reporting service; undefined: now.
export function asOfRequest(asOf: AsOf, timeZone: string): ScorecardAsOf | undefined {
  switch (asOf.kind) {
    case 'now':
      return undefined;
    case 'closing':
      return create(ScorecardAsOfSchema, { point: { case: 'closing', value: true } });
    case 'day':
      return create(ScorecardAsOfSchema, { point: { case: 'time', value: endOfDay(asOf.day, timeZone) } });
    case 'time': {
      const at = Date.parse(asOf.time);
      const nanos = Number((/\.(\d+)Z$/.exec(asOf.time)?.[1] ?? '').padEnd(9, '0'));
      return create(ScorecardAsOfSchema, { point: { case: 'time', value: { seconds: BigInt(Math.floor(at / 1000)), nanos } } });
    }
    case 'basis':
      return create(ScorecardAsOfSchema, { point: { case: 'basis', value: basisOf(asOf.basis) } });
  }
}

// What was published, by the publication's resource name.
export const publishedAsOf = (publication: string): ScorecardAsOf => create(ScorecardAsOfSchema, { point: { case: 'publication', value: publication } });
