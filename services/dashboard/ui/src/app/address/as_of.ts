// The point in history at which a page is read, and how the address writes it.

// A basis in the address: everything that an answer was computed from.
export interface BasisKey {
  date: string; // "2026-11-30"
  planRevision: string;
  planLineage: string;
  engineVersion: string;
  indicators: { institution: string; revision: string; lineage: string }[];
}

export type AsOf =
  | { kind: 'now' }
  | { kind: 'closing' } // as the quarter was last closed
  | { kind: 'day'; day: string } // the end of that day, in the institution's time zone
  | { kind: 'time'; time: string } // an instant, RFC 3339 in UTC
  | { kind: 'basis'; basis: BasisKey };

export const now: AsOf = { kind: 'now' };

const day = /^\d{4}-\d{2}-\d{2}$/;
const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,9})?Z$/;
const revision = /^\d{1,19}$/;
const word = /^[A-Za-z0-9._-]*$/;

function isDay(text: string): boolean {
  if (!day.test(text)) return false;
  const time = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text);
}

// "basis~2026-11-30~2~10@502fdfc9~gob.18@1a2b": the day, the version of the rules, the revision of
// the plan with its lineage, then those of the indicators by institution.
export function formatBasis(basis: BasisKey): string {
  const parts = ['basis', basis.date, basis.engineVersion, `${basis.planRevision}@${basis.planLineage}`];
  for (const { institution, revision: number, lineage } of basis.indicators) {
    parts.push(`${institution}.${number}@${lineage}`);
  }
  return parts.join('~');
}

function parseBasis(text: string): BasisKey | undefined {
  const [mark, date, engineVersion, plan, ...rest] = text.split('~');
  if (mark !== 'basis' || !date || !isDay(date) || !engineVersion || !word.test(engineVersion) || !plan) return;
  const [planRevision = '', planLineage = ''] = plan.split('@');
  if (!revision.test(planRevision) || !word.test(planLineage)) return;
  const indicators: BasisKey['indicators'] = [];
  for (const part of rest) {
    const found = /^([a-z0-9-]+)\.(\d{1,19})@([A-Za-z0-9._-]*)$/.exec(part);
    if (!found) return;
    indicators.push({ institution: found[1] ?? '', revision: found[2] ?? '', lineage: found[3] ?? '' });
  }
  return { date, planRevision, planLineage, engineVersion, indicators };
}

// What cannot be read counts as now; the page then says "now", so nobody is misled.
export function parseAsOf(text: string | null | undefined): AsOf {
  if (!text) return now;
  if (text === 'closing') return { kind: 'closing' };
  if (isDay(text)) return { kind: 'day', day: text };
  if (instant.test(text) && !Number.isNaN(Date.parse(text))) return { kind: 'time', time: text };
  const basis = parseBasis(text);
  return basis ? { kind: 'basis', basis } : now;
}

// The text in the address; undefined for the present, which the address leaves out.
export function formatAsOf(asOf: AsOf): string | undefined {
  switch (asOf.kind) {
    case 'now':
      return undefined;
    case 'closing':
      return 'closing';
    case 'day':
      return asOf.day;
    case 'time':
      return asOf.time;
    case 'basis':
      return formatBasis(asOf.basis);
  }
}

// The last instant of a day in a time zone: 23:59:59.999999999 there. Without a known zone, in UTC.
export function endOfDay(text: string, timeZone: string): { seconds: bigint; nanos: number } {
  const naive = Date.parse(`${text}T23:59:59Z`);
  // The zone's offset at that moment, found by asking what the clock there shows; twice, as the
  // first guess may lie on the other side of a change to or from summer time.
  let at = naive;
  for (let round = 0; round < 2; ++round) at = naive - offset(at, timeZone);
  return { seconds: BigInt(Math.floor(at / 1000)), nanos: 999_999_999 };
}

function offset(at: number, timeZone: string): number {
  let parts: Intl.DateTimeFormatPart[];
  try {
    parts = new Intl.DateTimeFormat('en-GB', {
      timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit',
    }).formatToParts(at);
  } catch {
    return 0;
  }
  const read = (type: string) => Number(parts.find((part) => part.type === type)?.value ?? '0');
  const shown = Date.UTC(read('year'), read('month') - 1, read('day'), read('hour'), read('minute'), read('second'));
  return shown - Math.floor(at / 1000) * 1000;
}
