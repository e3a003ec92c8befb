// What the page of an indicator asks of the services, all of one basis.
import { create } from '@bufbuild/protobuf';
import { type AsOf, AsOfSchema } from '#gen/athena/common/v1/values_pb.js';
import { type Indicator, Indicator_Frequency } from '#gen/athena/indicator/v1/indicator_pb.js';
import { type Push, type ObservationRecord } from '#gen/athena/indicator/v1/observation_pb.js';
import { type PeriodValue } from '#gen/athena/indicator/v1/period_value_pb.js';
import type { Target } from '#gen/athena/indicator/v1/target_pb.js';
import type { Plan } from '#gen/athena/plan/v1/plan_pb.js';
import type { Explanation } from '#gen/athena/reporting/v1/explanation_pb.js';
import { ScorecardView } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import type { Basis, Scorecard, ScorecardIndicator, ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { Code } from '@connectrpc/connect';
import { endOfDay } from '../../app/address/as_of.ts';
import { asOfRequest, keyOf, basisOf } from '../../app/data/basis.ts';
import { indicators } from '../../app/data/clients/indicators.ts';
import { reporting } from '../../app/data/clients/reporting.ts';
import { isCode } from '../../app/data/transport.ts';
import type { IndicatorAddress } from '../../app/address/links.ts';
import { idOf, type Route, scorecardName } from '../../app/address/route.ts';
import { fromOrdinal, ordinal } from '../../app/address/quarters.ts';
import { nodesOf } from '../shared/nodes.ts';
import { type Rhythm, periodsBetween, quartersOf } from '../../charts/geometry/periods.ts';
import { dateOf, isoDay, today } from '../../format/dates.ts';

export interface IndicatorPage {
  scorecard: Scorecard;
  basis: Basis;
  // Its result in a scorecard: that of the address's element, or else of the first that links it.
  linked: ScorecardIndicator | undefined;
  // The element of that result.
  element: ScorecardNode | undefined;
  // All that link it, where the address names none.
  links: readonly ScorecardNode[];
  explanation: Explanation | undefined;
  // Undefined where the caller may not read the indicator.
  definition: Indicator | undefined;
  // The indicators that a formula computes it from, at every depth.
  operands: Indicator[];
}

const institutionOf = (indicator: string): string => indicator.split('/').slice(0, 2).join('/');

// The point of a basis in the history of an institution at the indicator service.
export function revisionOf(basis: Basis, institution: string): AsOf | undefined {
  const revision = basis.indicatorRevisions[institution];
  if (revision === undefined) return undefined;
  return create(AsOfSchema, { point: { case: 'revision', value: revision }, lineage: basis.indicatorLineages[institution] ?? '' });
}

export const fixedAt = (basis: Basis) => asOfRequest({ kind: 'basis', basis: keyOf(basis) }, 'UTC');

export function linkOf(node: ScorecardNode | undefined, address: IndicatorAddress): ScorecardIndicator | undefined {
  const same = (slice: { [key: string]: string }) =>
    Object.keys(slice).length === Object.keys(address.slice).length &&
    Object.entries(address.slice).every(([dimension, code]) => slice[dimension] === code);
  return node?.indicators.find(({ indicator, slice }) => indicator === address.indicator && same(slice));
}

export async function fetchPage(route: Route, address: IndicatorAddress, timeZone: string, signal: AbortSignal): Promise<IndicatorPage> {
  const name = scorecardName(route);
  const languageCode = route.language ?? 'en';
  const asOf = asOfRequest(route.asOf, timeZone);
  const alone = address.element === undefined;
  const asked = { name, asOf, languageCode, view: ScorecardView.FULL, element: address.element ?? '' };
  const scorecard = await reporting.getScorecard(alone ? asked : { ...asked, depth: 0 }, { signal }).catch((error: unknown) => {
    // A plan that is too large to look through: the indicator is shown by itself.
    if (alone && isCode(error, Code.ResourceExhausted)) return reporting.getScorecard({ ...asked, depth: 0 }, { signal });
    throw error;
  });
  const basis = scorecard.basis ?? basisOf({ date: today(new Date(), timeZone), planRevision: '0', planLineage: '', engineVersion: '', indicators: [] });
  const root = scorecard.result?.root;
  const links = alone ? nodesOf(root).filter((node) => linkOf(node, address) !== undefined) : [];
  const element = alone ? links[0] : root;
  const linked = linkOf(element, address);
  const explained = linked
    ? reporting.explainScore({ name, asOf: fixedAt(basis), languageCode, element: element?.name ?? '', indicator: address.indicator, slice: address.slice }, { signal })
    : Promise.resolve(undefined);
  const definition = await read(address.indicator, basis, signal);
  const explanation = await explained;
  const names = (explanation?.sources ?? []).slice(1, 13).map(({ indicator }) => indicator);
  const operands = await Promise.all(names.map((operand) => read(operand, basis, signal)));
  return { scorecard, basis, linked, element, links, explanation, definition, operands: operands.filter((operand) => operand !== undefined) };
}

async function read(name: string, basis: Basis, signal: AbortSignal): Promise<Indicator | undefined> {
  try {
    const asOf = revisionOf(basis, institutionOf(name));
    return await indicators.getIndicator(asOf ? { name, asOf } : { name }, { signal });
  } catch (error) {
    if (isCode(error, Code.NotFound, Code.PermissionDenied)) return undefined;
    throw error;
  }
}

export function rhythmOf(frequency: Indicator_Frequency): Rhythm {
  if (frequency === Indicator_Frequency.ANNUAL) return 'year';
  return frequency === Indicator_Frequency.SEMESTRIAL ? 'semester' : 'quarter';
}

export interface Series {
  // One for each period, the earliest first.
  values: PeriodValue[];
  target: Target | undefined;
  original: Target | undefined;
}

// Values and targets from a year before the plan to its end.
export async function fetchSeries(page: IndicatorPage, address: IndicatorAddress, plan: Plan, timeZone: string, signal: AbortSignal): Promise<Series> {
  if (!page.definition) return { values: [], target: undefined, original: undefined };
  const periods = periodsBetween(ordinal(plan.firstQuarter) - 4, ordinal(plan.lastQuarter), rhythmOf(page.definition.frequency));
  return queryPeriods(page, address, plan, periods, [], timeZone, signal);
}

// The results of the quarters of the plan up to that of the page, by evaluation period.
export type Results = ReadonlyMap<string, ScorecardIndicator>;

// As many quarters are asked for; an older one is seen on the page of its quarter.
const MOST_RESULTS = 24;

// They are asked of the service, which knows the rules; nothing is scored here.
export async function fetchResults(page: IndicatorPage, route: Route, address: IndicatorAddress, plan: Plan, signal: AbortSignal): Promise<Results> {
  const { basis, definition } = page;
  const results = new Map<string, ScorecardIndicator>();
  if (!definition || !page.linked || page.element === undefined) return results;
  const element = page.element.name;
  const last = ordinal(route.quarter);
  const from = Math.max(ordinal(plan.firstQuarter), last - MOST_RESULTS + 1);
  const quarters = Array.from({ length: last - from + 1 }, (_, i) => fromOrdinal(from + i));
  // A semestrial or annual indicator has one result for several quarters.
  const asked = quarters.filter((quarter) => rhythmOf(definition.frequency) === 'quarter' || ordinal(quarter) % 2 === 1 || quarter === route.quarter);
  const nodes = await Promise.all(
    asked.map((quarter) =>
      quarter === route.quarter
        ? page.element
        : reporting.getScorecard({ name: scorecardName(route, quarter), asOf: fixedAt(basis), element, depth: 0 }, { signal }).then(({ result }) => result?.root).catch((error: unknown) => {
            // The element was not there in that quarter: it has no result.
            if (isCode(error, Code.NotFound, Code.InvalidArgument)) return undefined;
            throw error;
          }),
    ),
  );
  for (const node of nodes) {
    const result = linkOf(node, address);
    if (result?.evaluationPeriod) results.set(result.evaluationPeriod, result);
  }
  return results;
}

export async function queryPeriods(
  page: IndicatorPage, address: IndicatorAddress, plan: Plan, periods: string[], groupBy: string[], timeZone: string, signal: AbortSignal,
): Promise<{ values: PeriodValue[]; target: Target | undefined; original: Target | undefined }> {
  const { basis } = page;
  const inForce = plan.effectiveDate ? isoDay(plan.effectiveDate) : plan.activateTime ? today(dateOf(plan.activateTime), timeZone) : undefined;
  const values: PeriodValue[] = [];
  let target: Target | undefined;
  let original: Target | undefined;
  const parts = indicators.queryPeriodValues(
    {
      selections: [{ indicator: address.indicator, slice: address.slice, groupBy }],
      periods,
      basisDate: basis.date,
      asOf: { case: 'revisions', value: { revisions: basis.indicatorRevisions, lineages: basis.indicatorLineages } },
      ...(inForce ? { originalAt: endOfDay(inForce, timeZone) } : {}),
    },
    { signal },
  );
  for await (const part of parts) {
    values.push(...part.values);
    target ??= part.definitions[0]?.current;
    original ??= part.definitions[0]?.original;
  }
  return { values, target, original };
}

export interface Changes {
  // Every revision of the cells, by indicator, oldest first within a cell.
  records: { indicator: Indicator; list: ObservationRecord[] }[];
  pushes: Map<bigint, Push>; // by revision, of the institution of the indicator
  targets: Target[];
  // The quarter's value just before each correction, by the push's revision and the quarter.
  earlier: Map<string, PeriodValue>;
  // Some indicators' history may not be read.
  partial: boolean;
}

const MOST_PUSHES = 24;

// What was received and corrected, from two years before the quarter on; as known now, so that the
// reader can go to any moment.
export async function fetchChanges(page: IndicatorPage, route: Route, address: IndicatorAddress, plan: Plan, timeZone: string, signal: AbortSignal): Promise<Changes> {
  const { definition, operands } = page;
  if (!definition) return { records: [], pushes: new Map(), targets: [], earlier: new Map(), partial: true };
  const bases = operands.length > 0 ? operands.filter(({ formula }) => formula === '') : [definition];
  const startPeriod = fromOrdinal(Math.max(0, ordinal(route.quarter) - 7));
  const [lists, versions] = await Promise.all([
    Promise.all(
      bases.map(async (indicator) => {
        const slice = Object.fromEntries(Object.entries(address.slice).filter(([dimension]) => indicator.dimensions.some(({ id }) => id === dimension)));
        const list: ObservationRecord[] = [];
        for (let pageToken = ''; list.length < 20_000; ) {
          const answer = await indicators.listObservations({ parent: indicator.name, startPeriod, slice, includeHistory: true, pageSize: 10_000, pageToken }, { signal });
          list.push(...answer.observations);
          pageToken = answer.nextPageToken;
          if (!pageToken) break;
        }
        return { indicator, list };
      }),
    ),
    indicators.listTargetVersions({ indicator: address.indicator, slice: address.slice }, { signal }).catch(() => ({ targets: [] as Target[] })),
  ]);

  const revisions = [...new Set(lists.flatMap(({ indicator, list }) => list.map(({ revision }) => `${institutionOf(indicator.name)}/pushes/${revision}`)))]
    .sort((a, b) => Number(BigInt(idOf(b)) - BigInt(idOf(a))))
    .slice(0, MOST_PUSHES);
  const pushes = new Map<bigint, Push>();
  await Promise.all(
    revisions.map(async (name) => {
      try {
        const push = await indicators.getPush({ name }, { signal });
        pushes.set(push.revision, push);
      } catch (error) {
        // Callers of other institutions may not read pushes.
        if (!isCode(error, Code.NotFound, Code.PermissionDenied)) throw error;
      }
    }),
  );
  const earlier = await valuesBefore(page, address, plan, lists, pushes, timeZone, signal);
  return { records: lists, pushes, targets: versions.targets, earlier, partial: bases.length === 0 };
}

// What the quarters that a correction touched amounted to before it.
async function valuesBefore(
  page: IndicatorPage, address: IndicatorAddress, plan: Plan, lists: Changes['records'], pushes: Map<bigint, Push>, timeZone: string, signal: AbortSignal,
): Promise<Map<string, PeriodValue>> {
  const earlier = new Map<string, PeriodValue>();
  const institution = institutionOf(address.indicator);
  const corrections = [...pushes.values()].filter(({ correctionReason }) => correctionReason !== '').slice(0, 4);
  await Promise.all(
    corrections.map(async ({ revision }) => {
      const periods = [...new Set(lists.flatMap(({ list }) => list.filter((record) => record.revision === revision).map(({ observation }) => evaluated(page, observation?.period ?? ''))))];
      const known = periods.filter((period) => period !== '').slice(0, 8);
      const basis = { ...page.basis, indicatorRevisions: { ...page.basis.indicatorRevisions, [institution]: revision - 1n }, indicatorLineages: {} };
      if (known.length === 0 || revision < 2n) return;
      const { values } = await queryPeriods({ ...page, basis }, address, plan, known, [], timeZone, signal);
      for (const value of values) earlier.set(`${revision} ${value.period}`, value);
    }),
  );
  return earlier;
}

// The period that is scored which a cell's period belongs to.
export function evaluated(page: IndicatorPage, period: string): string {
  const span = quartersOf(period);
  if (!span || !page.definition) return '';
  return periodsBetween(span.last, span.last + 3, rhythmOf(page.definition.frequency))[0] ?? '';
}
