// The whole scorecard, and the scores of some quarters. What is too large for one answer is asked part
// by part, as of the same basis.
import { create } from '@bufbuild/protobuf';
import type { ListScorecardsResponse } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import { type ScorecardAsOf, ScorecardAsOfSchema } from '#gen/athena/reporting/v1/reporting_service_pb.js';
import type { Basis, NodeScore, Scorecard, ScorecardNode } from '#gen/athena/reporting/v1/scorecard_pb.js';
import { reads, reporting } from '../../app/data/clients/reporting.ts';
import { problemOf } from '../../app/data/problem.ts';
import { wholeScorecard } from './request.ts';

export interface Ask {
  name: string; // of the scorecard
  language: string;
  asOf: ScorecardAsOf | undefined;
  signal: AbortSignal;
}

const tooLarge = (error: unknown): boolean => {
  const problem = problemOf(error);
  return problem.reason === 'ANSWER_TOO_LARGE';
};

const at = (basis: Basis | undefined, asOf: ScorecardAsOf | undefined): ScorecardAsOf | undefined =>
  basis ? create(ScorecardAsOfSchema, { point: { case: 'basis', value: basis } }) : asOf;

async function read({ name, language, asOf, signal }: Ask, element: string, depth?: number): Promise<Scorecard> {
  return reads.getScorecard({ ...wholeScorecard(name, language, asOf), element, ...(depth === undefined ? {} : { depth }) }, { signal });
}

async function fillChildren(ask: Ask, node: ScorecardNode): Promise<void> {
  for (const [index, child] of node.children.entries()) {
    const full = await fetchPart(ask, child.name);
    if (full.result?.root) node.children[index] = full.result.root;
  }
}

async function fetchPart(ask: Ask, element: string): Promise<Scorecard> {
  try {
    return await read(ask, element);
  } catch (error) {
    if (!tooLarge(error)) throw error;
  }
  const top = await read(ask, element, 1);
  const root = top.result?.root;
  if (root) await fillChildren({ ...ask, asOf: at(top.basis, ask.asOf) }, root);
  return top;
}

export const fetchScorecard = (ask: Ask): Promise<Scorecard> => fetchPart(ask, '');

// The scores of each node, by resource name, the earliest quarter first.
export type History = ReadonlyMap<string, readonly NodeScore[]>;

export interface Trends {
  quarters: readonly string[];
  scores: History;
}

export async function fetchTrends(ask: Ask & { plan: string; first: string; last: string }): Promise<Trends> {
  const scores = new Map<string, NodeScore[]>();
  let quarters: string[] = [];
  const take = (answer: ListScorecardsResponse): void => {
    quarters = answer.scorecards.map((line) => line.period);
    answer.nodes.forEach((node, index) => scores.set(node.name, answer.scorecards.map((line) => line.scores[index]).filter((score) => score !== undefined)));
  };
  const list = (element: string, depth: number) =>
    reporting.listScorecards(
      { parent: ask.plan, firstQuarter: ask.first, lastQuarter: ask.last, element, depth, languageCode: ask.language, ...(ask.asOf ? { asOf: ask.asOf } : {}) },
      { signal: ask.signal },
    );
  const part = async (element: string): Promise<void> => {
    try {
      take(await list(element, 100));
      return;
    } catch (error) {
      if (!tooLarge(error)) throw error;
    }
    const top = await list(element, 1);
    take(top);
    for (const child of top.nodes.slice(1)) await part(child.name);
  };
  await part('');
  return { quarters, scores };
}
