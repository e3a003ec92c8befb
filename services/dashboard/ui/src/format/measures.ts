// Values of indicators beside their targets: as many decimals as tell them apart.
import type { Language } from '../app/address/languages.ts';
import { decimalsThatTellApart, fixed, units } from './decimal.ts';
import { number, signed, withUnit } from './numbers.ts';

interface Decimal {
  decimal: string;
}

export interface Thresholds {
  target?: Decimal | undefined;
  redFlag?: Decimal | undefined;
  low?: Decimal | undefined;
  high?: Decimal | undefined;
  redLow?: Decimal | undefined;
  redHigh?: Decimal | undefined;
  gap?: Decimal | undefined;
}

// How many decimals value and thresholds need, so that a value that misses its target does not look
// like it, and a gap that is not zero does not look like zero.
export function decimalsOf(usual: number, value: Decimal | undefined, thresholds: readonly (Thresholds | undefined)[]): number {
  const numbers: string[] = value ? [value.decimal] : [];
  const gaps: string[] = [];
  for (const one of thresholds) {
    for (const threshold of [one?.target, one?.redFlag, one?.low, one?.high, one?.redLow, one?.redHigh]) if (threshold) numbers.push(threshold.decimal);
    if (one?.gap) gaps.push(one.gap.decimal);
  }
  let decimals = decimalsThatTellApart(Math.max(0, Math.min(usual, 12)), numbers);
  while (decimals < 12 && gaps.some((gap) => units(gap) !== 0n && units(fixed(gap, decimals)) === 0n)) ++decimals;
  return decimals;
}

export const measure = (value: Decimal, decimals: number, unit: string, language: Language): string => withUnit(number(value.decimal, decimals, language), unit);
export const difference = (value: Decimal, decimals: number, language: Language): string => signed(value.decimal, decimals, language);
