// Days, times and quarters as readers of a language write them.
import type { Language } from '../app/address/languages.ts';
import { locales } from '../app/address/languages.ts';
import { hardSpace } from './numbers.ts';

// A calendar day as the services send it.
export interface Day {
  year: number;
  month: number;
  day: number;
}

// A google.protobuf.Timestamp.
export interface Instant {
  seconds: bigint;
  nanos: number;
}

export function isoDay(day: Day): string {
  const two = (value: number) => String(value).padStart(2, '0');
  return `${String(day.year).padStart(4, '0')}-${two(day.month)}-${two(day.day)}`;
}

// "2026-11-30" as a Day.
export function dayOf(iso: string): Day {
  const [year = 0, month = 0, day = 0] = iso.split('-').map(Number);
  return { year, month, day };
}

// Making a format takes a hundred times as long as using it.
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const key = `${locale} ${JSON.stringify(options)}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.DateTimeFormat(locale, options);
    formats.set(key, format);
  }
  return format;
}

const hard = (text: string) => text.replaceAll(' ', hardSpace);

// "23 Jan 2023".
export function day(value: Day, language: Language): string {
  return hard(
    formatOf(locales[language], { day: 'numeric', month: 'short', year: 'numeric', timeZone: 'UTC' }).format(
      Date.UTC(value.year, value.month - 1, value.day),
    ),
  );
}

export function dateOf(instant: Instant): Date {
  return new Date(Number(instant.seconds) * 1000 + Math.floor(instant.nanos / 1e6));
}

// The day of an instant, in a time zone.
export function dayIn(instant: Date, language: Language, timeZone: string | undefined): string {
  return hard(formatOf(locales[language], { day: 'numeric', month: 'short', year: 'numeric', timeZone }).format(instant));
}

// "23 Jan 2023, 14:03".
export function minuteIn(instant: Date, language: Language, timeZone: string | undefined): string {
  return formatOf(locales[language], {
    day: 'numeric', month: 'short', year: 'numeric', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone,
  }).format(instant);
}

// "14:03:22", by the reader's own clock.
export function clock(instant: Date, language: Language): string {
  return formatOf(locales[language], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).format(instant);
}

// Today's day in a time zone, "2026-11-30".
export function today(at: Date, timeZone: string | undefined): string {
  const parts = formatOf('en-CA', { year: 'numeric', month: '2-digit', day: '2-digit', timeZone }).formatToParts(at);
  const read = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return `${read('year')}-${read('month')}-${read('day')}`;
}
