// The filters of the board table, as the address has them.
import { Element_Scope } from '#gen/athena/plan/v1/plan_pb.js';

export interface BoardFilters {
  unit: string; // id; empty: all
  scope: Element_Scope;
  maxPriority: number; // 0: all
}

export function filtersOf(query: Readonly<Record<string, string>>): BoardFilters {
  const priority = Number(query['priority'] ?? '0');
  return {
    unit: /^[a-z0-9-]{1,63}$/.test(query['unit'] ?? '') ? (query['unit'] ?? '') : '',
    scope: query['scope'] === 'overarching' ? Element_Scope.OVERARCHING : query['scope'] === 'specific' ? Element_Scope.SPECIFIC : Element_Scope.UNSPECIFIED,
    maxPriority: Number.isInteger(priority) && priority >= 1 && priority <= 5 ? priority : 0,
  };
}
