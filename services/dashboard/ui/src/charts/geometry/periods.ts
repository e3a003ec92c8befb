// Periods on a time axis that counts quarters.

/** The number of a quarter: quarters since year 0. */
export function quarterIndex(year: number, quarter: number): number {
  return year * 4 + quarter - 1;
}

export function quarterName(index: number): string {
  return `${Math.floor(index / 4)}-Q${(index % 4) + 1}`;
}

export interface Span {
  /** The first and the last quarter that the period lies in. */
  first: number;
  last: number;
}

/** The quarters of "2021", "2021-S1", "2021-Q3", "2021-07", "2021-W30" or "2021-07-15". */
export function quartersOf(period: string): Span | undefined {
  const year = Number(period.slice(0, 4));
  const rest = period.slice(5);
  if (!/^\d{4}(-|$)/.test(period)) return undefined;
  if (rest === '') return { first: quarterIndex(year, 1), last: quarterIndex(year, 4) };
  if (/^S[12]$/.test(rest)) {
    const half = Number(rest[1]);
    return { first: quarterIndex(year, half * 2 - 1), last: quarterIndex(year, half * 2) };
  }
  if (/^Q[1-4]$/.test(rest)) {
    const index = quarterIndex(year, Number(rest[1]));
    return { first: index, last: index };
  }
  if (/^W\d\d$/.test(rest)) {
    const index = quarterOfWeek(year, Number(rest.slice(1)));
    return { first: index, last: index };
  }
  const month = Number(rest.slice(0, 2));
  if (!/^\d\d(-\d\d)?$/.test(rest) || month < 1 || month > 12) return undefined;
  const index = quarterIndex(year, Math.ceil(month / 3));
  return { first: index, last: index };
}

/** An ISO week belongs to the quarter of its Thursday. */
function quarterOfWeek(year: number, week: number): number {
  const january4 = new Date(Date.UTC(year, 0, 4));
  const monday1 = january4.getTime() - ((january4.getUTCDay() + 6) % 7) * 86_400_000;
  const thursday = new Date(monday1 + ((week - 1) * 7 + 3) * 86_400_000);
  return quarterIndex(thursday.getUTCFullYear(), Math.floor(thursday.getUTCMonth() / 3) + 1);
}

/** How often an indicator is measured, as far as the choice of periods needs it. */
export type Rhythm = 'quarter' | 'semester' | 'year';

/** The periods of a rhythm that end in the quarters from first to last. */
export function periodsBetween(first: number, last: number, rhythm: Rhythm): string[] {
  const periods: string[] = [];
  for (let q = first; q <= last; q++) {
    const year = Math.floor(q / 4);
    const quarter = (q % 4) + 1;
    if (rhythm === 'quarter') periods.push(quarterName(q));
    else if (rhythm === 'semester' && quarter % 2 === 0) periods.push(`${year}-S${quarter / 2}`);
    else if (rhythm === 'year' && quarter === 4) periods.push(String(year));
  }
  return periods;
}

/** Days since 1970-01-01 of a calendar day. */
export function dayNumber(date: { year: number; month: number; day: number }): number {
  return Math.round(Date.UTC(date.year, date.month - 1, date.day) / 86_400_000);
}

/** The last day of a quarter. */
export function lastDayOf(index: number): { year: number; month: number; day: number } {
  const end = new Date(Date.UTC(Math.floor(index / 4), ((index % 4) + 1) * 3, 0));
  return { year: end.getUTCFullYear(), month: end.getUTCMonth() + 1, day: end.getUTCDate() };
}
