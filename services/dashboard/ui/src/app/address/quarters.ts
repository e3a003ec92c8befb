// Quarters as the services write them, "2026-Q3".

const shape = /^(\d{4})-Q([1-4])$/;

export function isQuarter(text: string | null | undefined): text is string {
  return typeof text === 'string' && shape.test(text);
}

// A quarter as a number; consecutive quarters are consecutive numbers.
export function ordinal(quarter: string): number {
  const found = shape.exec(quarter);
  return found ? Number(found[1]) * 4 + Number(found[2]) - 1 : NaN;
}

export function fromOrdinal(at: number): string {
  return `${Math.floor(at / 4)}-Q${(at % 4) + 1}`;
}

export function plusQuarters(quarter: string, count: number): string {
  return fromOrdinal(ordinal(quarter) + count);
}

// All quarters from the first to the last.
export function quartersBetween(first: string, last: string): string[] {
  const from = ordinal(first);
  const to = ordinal(last);
  if (!(to >= from)) return [];
  return Array.from({ length: to - from + 1 }, (_, at) => fromOrdinal(from + at));
}

// The first and the last day, "2026-07-01" and "2026-09-30".
export function firstDay(quarter: string): string {
  const at = ordinal(quarter);
  return new Date(Date.UTC(Math.floor(at / 4), (at % 4) * 3, 1)).toISOString().slice(0, 10);
}

export function lastDay(quarter: string): string {
  const at = ordinal(quarter) + 1;
  return new Date(Date.UTC(Math.floor(at / 4), (at % 4) * 3, 0)).toISOString().slice(0, 10);
}

export function quarterOf(day: string): string {
  return `${day.slice(0, 4)}-Q${Math.floor((Number(day.slice(5, 7)) - 1) / 3) + 1}`;
}

// The quarter that a reader most likely wants: the last one of the plan that is over.
export function latestOver(first: string, last: string, today: string): string {
  const over = ordinal(quarterOf(today)) - 1;
  return fromOrdinal(Math.min(Math.max(over, ordinal(first)), ordinal(last)));
}
