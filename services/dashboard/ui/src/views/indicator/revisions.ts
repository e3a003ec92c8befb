// What happened to the figures of an indicator, push by push and target by target.
import type { Indicator } from '#gen/athena/indicator/v1/indicator_pb.js';
import type { ObservationRecord } from '#gen/athena/indicator/v1/observation_pb.js';
import type { Target } from '#gen/athena/indicator/v1/target_pb.js';
import { dateOf, type Instant } from '../../format/dates.ts';
import type { Changes } from './ask.ts';

export interface CellChange {
  indicator: Indicator;
  period: string;
  dimensions: Readonly<Record<string, string>>;
  before: number | undefined;
  after: number | undefined;
  first: boolean; // the cell was empty before
  retracted: boolean;
}

export interface Event {
  kind: 'push' | 'target';
  time: Instant;
  revision: bigint;
  // Whom it came from; empty where the caller may not see it.
  subject: string;
  reason: string;
  correction: boolean;
  periods: string[];
  inserted: number;
  // Cells that had another value, status or remark before.
  revised: CellChange[];
  target: Target | undefined;
}

export function eventsOf(changes: Changes): Event[] {
  const byRevision = new Map<bigint, { time: Instant; cells: CellChange[] }>();
  for (const { indicator, list } of changes.records) {
    const before = new Map<string, ObservationRecord>();
    for (const record of list) {
      const o = record.observation;
      if (!o || !record.time) continue;
      const key = `${o.period} ${Object.entries(o.dimensions).sort().join()}`;
      const earlier = before.get(key)?.observation;
      const event = byRevision.get(record.revision) ?? { time: record.time, cells: [] };
      event.cells.push({
        indicator,
        period: o.period,
        dimensions: o.dimensions,
        before: earlier?.retract ? undefined : earlier?.value,
        after: o.retract ? undefined : o.value,
        first: earlier === undefined || earlier.retract,
        retracted: o.retract,
      });
      byRevision.set(record.revision, event);
      before.set(key, record);
    }
  }
  const events: Event[] = [];
  for (const [revision, { time, cells }] of byRevision) {
    const push = changes.pushes.get(revision);
    events.push({
      kind: 'push',
      time,
      revision,
      subject: push?.sender ?? '',
      reason: push?.correctionReason ?? '',
      correction: (push?.correctionReason ?? '') !== '',
      periods: [...new Set(cells.map(({ period }) => period))].sort(),
      inserted: cells.filter(({ first }) => first).length,
      revised: cells.filter(({ first }) => !first),
      target: undefined,
    });
  }
  for (const target of changes.targets) {
    if (!target.setTime) continue;
    events.push({
      kind: 'target', time: target.setTime, revision: target.revision, subject: target.setBy, reason: target.reason,
      correction: false, periods: [], inserted: 0, revised: [], target,
    });
  }
  return events.sort((a, b) => dateOf(b.time).getTime() - dateOf(a.time).getTime() || Number(b.revision - a.revision));
}

// "2026-Q1 to 2026-Q3": the first and the last of several periods, in words of the caller.
export function periodRange(periods: readonly string[], between: (first: string, last: string) => string): string {
  const [first = ''] = periods;
  const last = periods.at(-1) ?? first;
  return first === last ? first : between(first, last);
}

export interface Moment {
  // RFC 3339, as the address has it; undefined: now.
  time: string | undefined;
  events: Event[];
}

// The moments at which an answer changes, oldest first, ending with now; those from before the plan
// was there have no scorecard.
export function momentsOf(events: readonly Event[], since: Instant | undefined): Moment[] {
  const byTime = new Map<string, Event[]>();
  for (const event of [...events].reverse()) {
    if (since && event.time.seconds < since.seconds) continue;
    const iso = isoInstant(event.time);
    byTime.set(iso, [...(byTime.get(iso) ?? []), event]);
  }
  const moments: Moment[] = [...byTime].map(([time, list]) => ({ time, events: list }));
  // What the newest one shows is what now shows.
  const newest = moments.pop();
  return [...moments, { time: undefined, events: newest?.events ?? [] }];
}

// To the microsecond, as the services count: rounding would miss the revision itself.
export function isoInstant(time: Instant): string {
  const whole = new Date(Number(time.seconds) * 1000).toISOString().slice(0, 19);
  return `${whole}.${String(time.nanos).padStart(9, '0').replace(/0{3}$/, '')}Z`;
}
