// The parts of an element, and how far each pulls its score from green.
import { type ExplainedPart, type Explanation, ExplanationStep_Kind as Kind } from '#gen/athena/reporting/v1/explanation_pb.js';

export interface PartRow {
  part: ExplainedPart;
  // Whether it counts in the mean.
  counts: boolean;
  weighted: number;
  // Points by which it pulls the score from where green begins.
  pull: number;
}

export interface Equation {
  sum: number;
  weights: number;
}

const GREEN = 200 / 3;

export function partRows(explanation: Explanation): { rows: PartRow[]; equation: Equation | undefined } {
  const of = (kind: Kind) => explanation.steps.find((step) => step.kind === kind);
  const mean = of(Kind.MEAN)?.parts ?? [];
  const all = of(Kind.PARTS)?.parts ?? [];
  const key = (part: ExplainedPart) => `${part.kind} ${part.name} ${JSON.stringify(Object.entries(part.slice).sort())}`;
  const counted = new Map(mean.map((part) => [key(part), part]));
  const weights = mean.reduce((sum, part) => sum + (part.weight?.value ?? 0), 0);
  const rows = all.map((part): PartRow => {
    const counting = counted.get(key(part));
    const score = counting?.score?.value;
    const weight = part.weight?.value ?? 0;
    if (score === undefined || weights === 0) return { part, counts: false, weighted: 0, pull: 0 };
    return { part, counts: true, weighted: weight * score, pull: (weight * (score - GREEN)) / weights };
  });
  // What pulls down most comes first; what does not count last.
  rows.sort((a, b) => Number(b.counts) - Number(a.counts) || a.pull - b.pull);
  const sum = rows.reduce((total, { weighted }) => total + weighted, 0);
  return { rows, equation: weights > 0 ? { sum, weights } : undefined };
}
