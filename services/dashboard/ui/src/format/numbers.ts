// Numbers as readers of a language write them.
import type { Language } from '../app/address/languages.ts';
import { locales } from '../app/address/languages.ts';
import { amberFrom, decimalsThatTellApart, fixed, greenFrom, shifted, units } from './decimal.ts';

export const hardSpace = '\u00a0';
export const minus = '\u2212';

const formats = new Map<string, Intl.NumberFormat>();

function formatOf(language: Language, decimals: number): Intl.NumberFormat {
  const key = `${language}${decimals}`;
  let format = formats.get(key);
  if (!format) {
    format = new Intl.NumberFormat(locales[language], { minimumFractionDigits: decimals, maximumFractionDigits: decimals, useGrouping: true });
    formats.set(key, format);
  }
  return format;
}

// An exact decimal, rounded to so many decimals: "1.234,5", with a true minus sign.
export function number(decimal: string, decimals: number, language: Language): string {
  if (units(decimal) === undefined) return decimal;
  const text = formatOf(language, decimals).format(fixed(decimal, decimals) as Intl.StringNumericLiteral);
  return text.replace('-', minus);
}

export function count(value: number | bigint, language: Language): string {
  return formatOf(language, 0).format(value).replace('-', minus);
}

// With a plus sign before what is more than 0.
export function signed(decimal: string, decimals: number, language: Language): string {
  const text = number(decimal, decimals, language);
  return (units(fixed(decimal, decimals)) ?? 0n) > 0n ? `+${text}` : text;
}

// A score with as many decimals, at least one, as tell it apart from where colours begin: 66.66 is
// amber and must not read 66.7.
export function score(decimal: string, language: Language): string {
  return number(decimal, decimalsThatTellApart(1, [decimal, greenFrom, amberFrom]), language);
}

// A share of 1 in percent; what is less than the whole never reads 100.
export function percent(share: string, decimals: number, language: Language): string {
  const hundredfold = shifted(share, 2);
  return `${number(hundredfold, decimalsThatTellApart(decimals, [hundredfold, '100']), language)}${hardSpace}%`;
}

// A number and its unit, "11,0 uur", "58 %".
export function withUnit(text: string, unit: string): string {
  return unit ? `${text}${hardSpace}${unit}` : text;
}

// An exact decimal with all the decimals that it has, at most 12.
export function exact(decimal: string, language: Language): string {
  const point = decimal.indexOf('.');
  return number(decimal, point < 0 ? 0 : Math.min(decimal.length - point - 1, 12), language);
}
