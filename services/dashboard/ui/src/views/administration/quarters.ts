// Which quarters of a plan can be closed.
import { quarterOf } from '../../app/address/quarters.ts';

// The latest first: those of the plan that are over, and those that have a closing.
export function closable(plan: readonly string[], closed: readonly string[], today: string): string[] {
  const now = quarterOf(today);
  return plan.filter((quarter) => quarter < now || closed.includes(quarter)).reverse();
}
