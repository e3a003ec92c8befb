// What a row says below its title: value and target of an indicator; delivery and caps of an element.
import {
  type Delivery, Delivery_PastEnd, Delivery_ScoredBy, type ScorecardIndicator, ScorecardIndicator_Direction, type ScorecardNode, ScorecardReason, ScorecardStatus, type StatusCap, StatusCap_Cause,
} from '#gen/athena/reporting/v1/scorecard_pb.js';
import type { Language } from '../../app/address/languages.ts';
import { reasonText } from '../../components/score/status.ts';
import { decimalsOf, difference, measure } from '../../format/measures.ts';
import { number, percent } from '../../format/numbers.ts';
import type { Words } from '../../words/en.ts';
import type { ScorecardWords } from './words.ts';

export interface Speaker {
  text: ScorecardWords;
  words: Words;
  language: Language;
}

// "58 % · target ≥ 70 · gap −12".
export function indicatorFacts(indicator: ScorecardIndicator, { text, words, language }: Speaker): string {
  const measurement = indicator.scoredYearToDate ? indicator.yearToDate : indicator.periodResult;
  const current = measurement?.current ?? measurement?.ended;
  const original = measurement?.original;
  // A declared original (version 0) only where it differs, any other wherever its version does.
  const showOriginal =
    original !== undefined &&
    (original.version === 0 ? original.target?.decimal !== current?.target?.decimal || original.redFlag?.decimal !== current?.redFlag?.decimal : original.version !== (current?.version ?? -1));
  const decimals = decimalsOf(indicator.decimals, measurement?.value, [current]);
  const sign = indicator.direction === ScorecardIndicator_Direction.LOWER ? '≤' : '≥';
  const parts: string[] = [];
  if (measurement?.value) parts.push(measure(measurement.value, decimals, indicator.unit, language));
  const reason = reasonText(indicator.reason, words);
  if (reason) parts.push(reason);
  if (current?.target) parts.push(text.target(sign, number(current.target.decimal, decimals, language)));
  if (current?.low && current.high) parts.push(text.range(number(current.low.decimal, decimals, language), number(current.high.decimal, decimals, language)));
  if (measurement?.value && current?.gap) parts.push(text.gap(difference(current.gap, decimals, language)));
  if (showOriginal && original.target) parts.push(text.original(sign, number(original.target.decimal, decimalsOf(indicator.decimals, original.target, [current]), language)));
  if (indicator.soFar?.value) parts.push(text.soFar(measure(indicator.soFar.value, indicator.decimals, indicator.unit, language), indicator.soFar.period));
  if (measurement?.provisional) parts.push(words.provisional);
  return parts.join(' · ');
}

export function deliveryFacts(delivery: Delivery | undefined, { text, words, language }: Speaker): string {
  // What went as it should is no news in a row.
  if (!delivery || delivery.status === ScorecardStatus.GREEN) return '';
  const parts: string[] = [];
  switch (delivery.scoredBy) {
    case Delivery_ScoredBy.COMPLETED:
      parts.push(text.deliveryCompleted);
      break;
    case Delivery_ScoredBy.PROGRESS:
      if (delivery.percentComplete && delivery.ratio) parts.push(text.deliveryProgress(number(delivery.percentComplete.decimal, 0, language), percent(delivery.ratio.decimal, 0, language)));
      else parts.push(text.deliveryNoReport);
      break;
    case Delivery_ScoredBy.MILESTONES:
      parts.push(text.deliveryMilestones(String(delivery.milestonesDone), String(delivery.milestonesJudged)));
      break;
    default:
      if (delivery.reason === ScorecardReason.UNSPECIFIED) return '';
      parts.push(reasonText(delivery.reason, words));
  }
  if (delivery.pastEnd === Delivery_PastEnd.YES) parts.push(text.pastEnd);
  if (delivery.pastEnd === Delivery_PastEnd.LONG && delivery.percentComplete) parts.push(text.pastEndLong);
  return text.delivery(parts.join('; '));
}

// The name of what caps: a milestone's title, an indicator's title, an element's code.
function capName(node: ScorecardNode, cap: StatusCap): string {
  if (cap.cause === StatusCap_Cause.MILESTONE_MISSED) return node.milestones.find((milestone) => milestone.id === cap.milestone)?.title ?? cap.milestone;
  const child = node.children.find((one) => one.name === cap.part);
  if (child) return child.code;
  return node.indicators.find((one) => one.indicator === cap.part)?.title ?? '';
}

export function capFacts(node: ScorecardNode, { text }: Speaker): { text: string; changed: boolean }[] {
  return node.caps.map((cap) => {
    const name = capName(node, cap);
    const what =
      cap.cause === StatusCap_Cause.MILESTONE_MISSED ? text.capMilestone(name)
      : cap.cause === StatusCap_Cause.PART_RED ? text.capRed(name)
      : text.capMissing(name);
    return { text: cap.changedStatus ? text.heldCap(what) : text.inertCap(what), changed: cap.changedStatus };
  });
}
