// Exact decimals, as the services send them: "66.666666666667". Comparing and rounding them as
// doubles could show a number on the other side of a threshold.

const scale = 12;

// The number of 10^-12 in it; undefined for what is no decimal.
export function units(decimal: string): bigint | undefined {
  const found = /^(-?)(\d+)(?:\.(\d{1,12}))?$/.exec(decimal);
  if (!found) return undefined;
  const size = BigInt(found[2] ?? '0') * 10n ** BigInt(scale) + BigInt((found[3] ?? '').padEnd(scale, '0'));
  return found[1] ? -size : size;
}

// Rounded to so many decimals, halves away from zero, always with so many: "66.7", "-0.50".
export function fixed(decimal: string, decimals: number): string {
  const exact = units(decimal);
  if (exact === undefined) return decimal;
  const step = 10n ** BigInt(scale - decimals);
  const size = exact < 0n ? -exact : exact;
  const rounded = (size + step / 2n) / step;
  const digits = rounded.toString().padStart(decimals + 1, '0');
  const whole = decimals ? `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}` : digits;
  return exact < 0n && rounded !== 0n ? `-${whole}` : whole;
}

// As many decimals, at least `usual`, as let numbers that differ look different.
export function decimalsThatTellApart(usual: number, decimals: readonly string[]): number {
  if (farApart(usual, decimals)) return usual;
  const different = [...new Set(decimals.map(units).filter((value) => value !== undefined))].length;
  for (let count = usual; count < scale; ++count) {
    if (new Set(decimals.map((decimal) => fixed(decimal, count))).size >= different) return count;
  }
  return scale;
}

// Whether numbers lie so far apart that they look different with so many decimals. Doubles tell that of most
// numbers, in a fraction of the time; false: perhaps not.
function farApart(usual: number, decimals: readonly string[]): boolean {
  const sorted = decimals.map(Number).sort((a, b) => a - b);
  const least = 1.01 * 10 ** -usual;
  return sorted.every((value, at) => Number.isFinite(value) && Math.abs(value) < 1e9 && (at === 0 || value - (sorted[at - 1] ?? 0) > least));
}

// A decimal times a power of ten, exact: a share as a percentage is shifted by 2.
export function shifted(decimal: string, digits: number): string {
  const exact = units(decimal);
  if (exact === undefined) return decimal;
  const size = exact < 0n ? -exact : exact;
  const text = (size * 10n ** BigInt(digits)).toString().padStart(scale + 1, '0');
  const fraction = text.slice(-scale).replace(/0+$/, '');
  return `${exact < 0n ? '-' : ''}${text.slice(0, -scale)}${fraction ? `.${fraction}` : ''}`;
}

// -1, 0 or 1.
export function compare(a: string, b: string): number {
  const left = units(a) ?? 0n;
  const right = units(b) ?? 0n;
  return left < right ? -1 : left > right ? 1 : 0;
}

// Where the colour of a score changes.
export const greenFrom = '66.666666666667';
export const amberFrom = '33.333333333333';
