// Amounts of money.
import type { Money } from '#gen/athena/common/v1/values_pb.js';
import type { Language } from '../../app/address/languages.ts';
import { number } from '../../format/numbers.ts';
import { units } from '../../format/decimal.ts';

// "1,234,567 €"; with cents below ten thousand.
export function euros(decimal: string, language: Language): string {
  const exact = units(decimal) ?? 0n;
  const size = exact < 0n ? -exact : exact;
  const cents = size < 10_000n * 10n ** 12n && decimal.includes('.');
  return `${number(decimal, cents ? 2 : 0, language)}\u00a0€`;
}

export function decimalOfMoney(money: Money): string {
  const negative = money.units < 0n || money.nanos < 0;
  const whole = money.units < 0n ? -money.units : money.units;
  const fraction = String(Math.abs(money.nanos)).padStart(9, '0').replace(/0+$/, '');
  return `${negative ? '-' : ''}${whole}${fraction ? `.${fraction}` : ''}`;
}

// A part of a whole; undefined where there is no whole.
export function ratio(part: Money | undefined, whole: Money | undefined): number | undefined {
  if (!part || !whole) return undefined;
  const of = Number(decimalOfMoney(whole));
  return of === 0 ? undefined : Number((Number(decimalOfMoney(part)) / of).toFixed(6));
}
