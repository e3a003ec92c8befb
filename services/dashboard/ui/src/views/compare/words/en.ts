// What the page of comparisons says. In English; nl and fr must have the same entries.
import { DifferenceCause_Kind as Kind } from '#gen/athena/reporting/v1/comparison_pb.js';
import type { Widened } from '../../../words/en.ts';

const en = {
  with: 'Compare with',
  choices: { before: (quarter: string) => `the quarter before (${quarter})`, year: (quarter: string) => `a year before (${quarter})`, closing: 'its closing', publication: (number: string) => `publication no. ${number}`, day: 'an earlier day', quarter: 'another quarter' },
  quarter: 'Quarter',
  day: 'Day',
  show: 'Compare',
  sides: { closing: (quarter: string, day: string) => `${quarter} as it was closed on ${day}`, publication: (quarter: string, number: string) => `${quarter} as published, no. ${number}`, known: (quarter: string, day: string) => `${quarter} as known on ${day}` },
  summary: (from: string, to: string) => `${from} → ${to}`,
  differ: (count: number, text: string, same: string) => (count === 1 ? `1 score differs; ${same} are the same.` : `${text} scores differ; ${same} are the same.`),
  same: (same: string) => `All ${same} scores are the same.`,
  moved: { better: 'better', worse: 'worse', other: 'other' },
  statusOnly: 'Only other colours',
  all: 'All differences',
  shown: (shown: string, all: string) => `${shown} of ${all} shown`,
  more: 'There are more revisions than are listed: causes may be missing.',
  column: { what: 'Element or indicator', from: 'From', to: 'To', change: 'Change', why: 'What made it' },
  plan: 'Plan',
  absent: 'not there',
  weight: (from: string, to: string) => `weight ${from} → ${to}`,
  measure: (from: string, to: string) => `value ${from} → ${to}`,
  target: (from: string, to: string) => `target ${from} → ${to}`,
  period: (from: string, to: string) => `period ${from} → ${to}`,
  none: 'none',
  causes: {
    [Kind.UNSPECIFIED]: '',
    [Kind.BECAME_DUE]: 'became due meanwhile',
    [Kind.PUSH]: 'figures received',
    [Kind.CORRECTION]: 'correction',
    [Kind.TARGET]: 'target changed',
    [Kind.DEFINITION]: 'definition changed',
    [Kind.WEIGHT]: 'weight changed',
    [Kind.PLAN]: 'plan changed',
    [Kind.REPORT]: 'progress report',
    [Kind.PART]: 'through',
    [Kind.OTHER_QUARTER]: 'another quarter',
  },
  cells: (count: number, text: string) => (count === 1 ? '1 figure' : `${text} figures`),
  by: (who: string, day: string) => (who ? `${who}, ${day}` : day),
  field: (field: string, from: string, to: string) => `${field}: ${from} → ${to}`,
};
export default en;

export type CompareWords = Widened<typeof en>;
