// Answers that were received, by what was asked: shown at once on going back, and asked anew unless
// the point in history is fixed.
export interface Kept<T> {
  value: T;
  at: Date;
}

const most = 40;
const kept = new Map<string, Kept<unknown>>();

export function recall<T>(key: string): Kept<T> | undefined {
  return kept.get(key) as Kept<T> | undefined;
}

export function keep<T>(key: string, value: T, at: Date): void {
  kept.delete(key);
  kept.set(key, { value, at });
  for (const oldest of kept.keys()) {
    if (kept.size <= most) break;
    kept.delete(oldest);
  }
}

// After a write nothing of before may be shown as if it were the present.
export function forget(): void {
  kept.clear();
}
