// What a comparison compares: the page's quarter and point in history, and an earlier side that the
// address names in `from`: "closing", a quarter "2026-Q2", "publication-3" of the page's quarter, or a
// point in history as the address has it.
import type { CompareScorecardsRequest } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { type AsOf, parseAsOf } from '../../app/address/as_of.ts';
import { isQuarter, plusQuarters } from '../../app/address/quarters.ts';

export type Side =
  | { kind: 'closing' }
  | { kind: 'quarter'; quarter: string }
  | { kind: 'publication'; number: string }
  | { kind: 'moment'; asOf: AsOf };

export function parseFrom(text: string | undefined, quarter: string): Side {
  if (text === 'closing') return { kind: 'closing' };
  if (isQuarter(text) && text !== quarter) return { kind: 'quarter', quarter: text };
  const publication = /^publication-(\d{1,9})$/.exec(text ?? '');
  if (publication?.[1]) return { kind: 'publication', number: publication[1] };
  const asOf = parseAsOf(text);
  if (asOf.kind !== 'now') return { kind: 'moment', asOf };
  return { kind: 'quarter', quarter: plusQuarters(quarter, -1) };
}

export function formatFrom(side: Side): string {
  switch (side.kind) {
    case 'closing':
      return 'closing';
    case 'quarter':
      return side.quarter;
    case 'publication':
      return `publication-${side.number}`;
    case 'moment':
      return side.asOf.kind === 'day' ? side.asOf.day : side.asOf.kind === 'time' ? side.asOf.time : '';
  }
}

export type Request = Pick<CompareScorecardsRequest, 'name'> & Partial<CompareScorecardsRequest>;
