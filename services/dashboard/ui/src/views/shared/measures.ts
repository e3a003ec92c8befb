// Values of indicators as people read them: with the indicator's decimals, or as many more as tell a
// value apart from what it is compared with.
import type { Number as Decimal } from '#gen/athena/common/v1/values_pb.js';
import type { Language } from '../../app/address/languages.ts';
import { decimalsThatTellApart } from '../../format/decimal.ts';
import { number, signed, withUnit } from '../../format/numbers.ts';

type Maybe = Decimal | undefined;

export interface Measures {
  // A value; `against`: numbers that it must not look equal to unless it is.
  plain: (value: Decimal, against?: readonly Maybe[]) => string;
  // The same, with its unit.
  full: (value: Decimal, against?: readonly Maybe[]) => string;
  // A difference, with its sign and unit.
  difference: (value: Decimal) => string;
  // A number of an axis or of a stored cell.
  double: (value: number, decimals?: number) => string;
}

// A difference of percentages is in points.
const points: Record<Language, string> = { nl: 'procentpunt', fr: 'points', en: 'points' };

export function measures(unit: string, decimals: number, language: Language): Measures {
  const plain = (value: Decimal, against: readonly Maybe[] = []) => {
    const others = against.filter((other) => other !== undefined).map(({ decimal }) => decimal);
    return number(value.decimal, decimalsThatTellApart(decimals, [value.decimal, ...others]), language);
  };
  return {
    plain,
    full: (value, against) => withUnit(plain(value, against), unit),
    difference: (value) => {
      // A difference that is not nothing must not read 0.
      const count = decimalsThatTellApart(decimals, [value.decimal, '0']);
      return withUnit(signed(value.decimal, Math.min(count, decimals + 3), language), unit === '%' ? points[language] : unit);
    },
    double: (value, count) => number(decimalOf(value), count ?? decimalsNeeded(value, decimals), language),
  };
}

// A double in plain notation, as the services write decimals.
export function decimalOf(value: number): string {
  const text = String(value);
  if (!/e/i.test(text)) return text;
  return value.toFixed(12).replace(/\.?0+$/, '');
}

function decimalsNeeded(value: number, usual: number): number {
  const fraction = decimalOf(value).split('.')[1]?.length ?? 0;
  return Math.min(Math.max(usual, Math.min(fraction, 4)), 12);
}
