// Statuses, reasons and trends of the services in the terms of the page.
import { ScorecardReason as Reason, ScorecardStatus } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { type Trend, Trend_Direction, Trend_Reason } from '#gen/athena/reporting/v1/trend_pb.js';
import type { Words } from '../../words/en.ts';

export type Letter = 'g' | 'a' | 'r' | 'n' | 'x';

export function letterOf(status: ScorecardStatus): Letter {
  switch (status) {
    case ScorecardStatus.GREEN:
      return 'g';
    case ScorecardStatus.AMBER:
      return 'a';
    case ScorecardStatus.RED:
      return 'r';
    case ScorecardStatus.NO_SCORE:
      return 'n';
    default:
      return 'x';
  }
}

const names = { g: 'green', a: 'amber', r: 'red', n: 'noScore', x: 'notApplicable' } as const;

export const statusWord = (letter: Letter, words: Words): string => words.status[names[letter]];
// As in "12 red".
export const statusMany = (letter: Letter, words: Words): string => words.statusMany[names[letter]];

// Why there is no score; empty where no reason is needed.
export function reasonText(reason: Reason, { reason: words }: Words): string {
  switch (reason) {
    case Reason.NOT_BEGUN:
      return words.notBegun;
    case Reason.NOT_DUE:
      return words.notDue;
    case Reason.OVERDUE:
      return words.overdue;
    case Reason.NO_TARGET:
      return words.noTarget;
    case Reason.INCOMPLETE:
      return words.incomplete;
    case Reason.NOT_ADDITIVE:
      return words.notAdditive;
    case Reason.DIV0:
      return words.div0;
    case Reason.OPERAND:
      return words.operand;
    case Reason.OVERFLOW:
      return words.overflow;
    case Reason.INDICATOR_NOT_READABLE:
      return words.notReadable;
    case Reason.NO_DATA:
      return words.noData;
    case Reason.COVERAGE:
      return words.coverage;
    case Reason.NO_WEIGHT:
      return words.noWeight;
    case Reason.MISSING_PART:
      return words.missingPart;
    case Reason.NOTHING_EXPECTED:
      return words.nothingExpected;
    case Reason.CANCELLED:
      return words.cancelled;
    case Reason.DEFERRED:
      return words.deferred;
    case Reason.TARGET_ENDED:
      return words.targetEnded;
    case Reason.NO_COMMON_CELLS:
      return words.noCommonCells;
    case Reason.NO_REPORT:
      return words.noReport;
    default:
      return '';
  }
}

export const arrows: Record<Trend_Direction, string> = {
  [Trend_Direction.UNSPECIFIED]: '·',
  [Trend_Direction.IMPROVING]: '↗',
  [Trend_Direction.STABLE]: '→',
  [Trend_Direction.DECLINING]: '↘',
};

export function trendWord(trend: Trend | undefined, { trend: words, trendReason }: Words): string {
  switch (trend?.direction) {
    case Trend_Direction.IMPROVING:
      return words.improving;
    case Trend_Direction.STABLE:
      return words.stable;
    case Trend_Direction.DECLINING:
      return words.declining;
  }
  switch (trend?.reason) {
    case Trend_Reason.NO_VALUE:
      return trendReason.noValue;
    case Trend_Reason.NO_EARLIER:
      return trendReason.noEarlier;
    case Trend_Reason.PROVISIONAL:
      return trendReason.provisional;
    case Trend_Reason.NOT_COMPARABLE:
      return trendReason.notComparable;
    case Trend_Reason.SCORED_OTHERWISE:
      return trendReason.scoredOtherwise;
    default:
      return words.none;
  }
}
