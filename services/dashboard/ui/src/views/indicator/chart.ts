// From the answers about an indicator to its chart and its table.
import type { Number as Decimal } from '#gen/athena/common/v1/values_pb.js';
import type { PeriodValue } from '#gen/athena/indicator/v1/period_value_pb.js';
import type { Thresholds } from '#gen/athena/indicator/v1/target_pb.js';
import { Indicator_Direction as Direction } from '#gen/athena/indicator/v1/indicator_pb.js';
import { ObservationStatus } from '#gen/athena/indicator/v1/observation_pb.js';
import type { Assessment, ScorecardIndicator } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { quartersOf } from '../../charts/geometry/periods.ts';
import type { ChartCorrection, ChartInput, ChartThreshold, ChartValue } from '../../charts/target/target-chart.ts';
import { toneOf } from '../shared/enums.ts';
import type { Changes, Results, Series } from './ask.ts';

export interface Bounds {
  target?: Decimal | undefined;
  redFlag?: Decimal | undefined;
  low?: Decimal | undefined;
  high?: Decimal | undefined;
  redLow?: Decimal | undefined;
  redHigh?: Decimal | undefined;
}

export function boundsOf(thresholds: Thresholds | Assessment | undefined): Bounds {
  if (!thresholds) return {};
  const redFlag = 'redFlag' in thresholds ? thresholds.redFlag : 'red' in thresholds ? thresholds.red : undefined;
  const { target, low, high, redLow, redHigh } = thresholds;
  return { target, redFlag, low, high, redLow, redHigh };
}

// Whether two sets of bounds are the same numbers.
export function sameBounds(a: Bounds, b: Bounds): boolean {
  return (['target', 'redFlag', 'low', 'high', 'redLow', 'redHigh'] as const).every((key) => a[key]?.decimal === b[key]?.decimal);
}

export interface Row {
  period: string;
  at: number;
  value: Decimal | undefined;
  current: Bounds;
  original: Bounds;
  // The assessment that the services made of the value; undefined where it is none of the plan's.
  assessment: Assessment | undefined;
  result: ScorecardIndicator | undefined;
  provisional: boolean; // part of its period is not over or not due
  preliminary: boolean; // some of its cells are estimated or provisional
}

export function rowsOf(series: Series, results: Results, last: number, preliminary: ReadonlySet<string>): Row[] {
  const rows: Row[] = [];
  for (const value of series.values) {
    const span = quartersOf(value.period || value.asked);
    if (!span) continue;
    const result = results.get(value.period);
    const measured = value.own;
    const shown = span.last <= last && measured?.value !== undefined;
    rows.push({
      period: value.period || value.asked,
      at: span.last,
      value: shown ? measured?.value : undefined,
      // The whole period's target: a running flow is compared with a part of it.
      current: boundsOf(measured?.currentUnscaled ?? measured?.current),
      original: boundsOf(measured?.original),
      assessment: result?.periodResult?.current,
      result,
      provisional: shown && (measured?.provisional ?? false),
      preliminary: shown && preliminary.has(value.period),
    });
  }
  return rows;
}

// The periods in which some cell is estimated or provisional, as stored now.
export function preliminaryPeriods(changes: Changes | undefined, evaluated: (period: string) => string): Set<string> {
  const latest = new Map<string, { period: string; status: ObservationStatus }>();
  for (const { indicator, list } of changes?.records ?? []) {
    for (const { observation } of list) {
      if (!observation) continue;
      const key = `${indicator.name} ${observation.period} ${Object.entries(observation.dimensions).sort().join()}`;
      latest.set(key, { period: observation.period, status: observation.retract ? ObservationStatus.NORMAL : observation.status });
    }
  }
  const found = new Set<string>();
  for (const { period, status } of latest.values()) {
    if (status === ObservationStatus.PROVISIONAL || status === ObservationStatus.ESTIMATED) found.add(evaluated(period));
  }
  return found;
}

function threshold(at: number, bounds: Bounds): ChartThreshold {
  const numbers = {
    target: bounds.target?.value, red: bounds.redFlag?.value, low: bounds.low?.value,
    high: bounds.high?.value, redLow: bounds.redLow?.value, redHigh: bounds.redHigh?.value,
  };
  return { at, ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined)) };
}

const directions = { [Direction.UNSPECIFIED]: 'higher', [Direction.HIGHER]: 'higher', [Direction.LOWER]: 'lower', [Direction.RANGE]: 'range' } as const;

export function chartOf(
  rows: readonly Row[],
  direction: Direction,
  last: number,
  forecasts: readonly { at: number; value: number }[],
  corrections: readonly ChartCorrection[],
  words: ChartInput['words'],
  text: (row: Row) => string,
): ChartInput {
  const values: ChartValue[] = rows
    .filter((row) => row.value !== undefined)
    .map((row) => ({
      at: row.at,
      value: row.value?.value ?? 0,
      text: text(row),
      tone: toneOf(row.assessment?.status),
      provisional: row.provisional || row.preliminary,
    }));
  const bounded = rows.filter((row) => Object.values(row.current).some((bound) => bound !== undefined));
  const original = rows.filter((row) => !sameBounds(row.original, row.current) && Object.values(row.original).some((bound) => bound !== undefined));
  const ats = [...values.map(({ at }) => at), ...bounded.map(({ at }) => at), ...forecasts.map(({ at }) => at), last];
  return {
    direction: directions[direction],
    first: Math.min(...ats),
    last: Math.max(...ats),
    values,
    forecasts,
    thresholds: bounded.map((row) => threshold(row.at, row.current)),
    // Only where it was another: the lines would cover each other.
    original: original.map((row) => threshold(row.at, row.original)),
    corrections,
    now: last,
    words,
  };
}

// Forecasts that are stored for later periods, of the whole indicator: one series alone, since
// forecasts of several are not added up here.
export function forecastsOf(changes: Changes | undefined, values: readonly PeriodValue[], last: number): { at: number; value: number }[] {
  const [only] = changes?.records.length === 1 ? (changes?.records ?? []) : [];
  if (!only) return [];
  const byPeriod = new Map<string, { at: number; value: number; series: Set<string> }>();
  const latest = new Map<string, (typeof only.list)[number]>();
  for (const record of only.list) {
    const o = record.observation;
    if (o) latest.set(`${o.period} ${Object.entries(o.dimensions).sort().join()}`, record);
  }
  const known = new Set(values.filter(({ own }) => own?.value !== undefined).map(({ period }) => period));
  for (const { observation: o } of latest.values()) {
    if (!o || o.retract || o.status !== ObservationStatus.FORECAST || o.value === undefined || known.has(o.period)) continue;
    const span = quartersOf(o.period);
    if (!span || span.last <= last) continue;
    const found = byPeriod.get(o.period) ?? { at: span.last, value: o.value, series: new Set<string>() };
    found.series.add(Object.entries(o.dimensions).sort().join());
    byPeriod.set(o.period, found);
  }
  const perQuarter = new Map<number, number>();
  for (const { at } of byPeriod.values()) perQuarter.set(at, (perQuarter.get(at) ?? 0) + 1);
  return [...byPeriod.values()]
    .filter(({ at, series }) => series.size === 1 && perQuarter.get(at) === 1)
    .map(({ at, value }) => ({ at, value }))
    .sort((a, b) => a.at - b.at);
}
